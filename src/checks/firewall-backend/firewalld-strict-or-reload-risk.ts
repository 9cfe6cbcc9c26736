import { type EngineVersion, isAtLeast, parseVersion } from "../../docker-rules/version.ts";
import { sh } from "../../lib/command.ts";
import type { Host } from "../../model/host.ts";
import { routedNetworks } from "../../model/queries/attached.ts";
import { type CheckContext, defineCheck, type Observation, type Skip } from "../check.ts";
import { nftDrops, untold } from "../nftables/forward.ts";
import { forwardCases } from "../nftables/packets.ts";
import { firewalldSign } from "../signatures/firewalld.ts";
import { hostSubject, portName, rulesNeed, some } from "../words.ts";

export const firewalldStrictOrReloadRisk = defineCheck({
  id: "firewalld-strict-or-reload-risk",
  severity: "warning",
  sureness: "strong",
  category: "firewall-backend",
  title: "firewalld refuses published ports, or its next reload takes Docker's isolation away",
  why: "With StrictForwardPorts=yes firewalld refuses every translated connection that it did not configure itself. And some engines do not write all their rules again after `firewall-cmd --reload`: other networks, or neighbours of the host, then reach ports that nobody published.",
  fix: "Set StrictForwardPorts=no or give firewalld the forward ports; update the engine, and restart it after a reload until then.",
  sources: [
    "https://firewalld.org/2024/11/strict-forward-ports",
    "https://github.com/moby/moby/security/advisories/GHSA-4vq8-7jfc-9cvp (CVE-2025-54410)",
    "https://github.com/moby/moby/security/advisories/GHSA-x4rx-4gw3-53p4 (CVE-2025-54388)",
    "firewalld src/firewall/core/nftables.py _build_default_rules_dnat",
  ],
  needs: ["docker-network-inspect", "ip-addr", rulesNeed],
  wants: ["nft-ruleset", ["docker-version", "docker-info"]],
  *run(context) {
    yield* strict(context);
    const sign = firewalldSign(context.host);
    const version = parseVersion(context.host.engine.version);
    const risk = version === null ? null : riskOf(version);
    if (sign === null || risk === null || routedNetworks(context.host).length === 0) return;
    yield reloadRisk(context.host, sign, risk);
  },
});

function* strict({ host, dataplane }: CheckContext): Iterable<Observation | Skip> {
  const asked = routedNetworks(host).flatMap((network) =>
    forwardCases(dataplane, network, 4).flatMap(({ packet, port }) => {
      const [drop] = port === null ? [] : nftDrops(host, packet, ({ table }) => table === "firewalld");
      return port === null || drop === undefined ? [] : [{ port, drop }];
    }),
  );
  for (const { drop } of asked) if (!drop.certain) yield untold(drop);
  const refused = asked.filter(({ drop }) => drop.rule?.chain === "filter_FORWARD_dnat");
  const [first] = refused;
  if (first === undefined) return;
  yield {
    subject: { kind: "chain", name: "inet firewalld filter_FORWARD_dnat" },
    message: `firewalld runs with StrictForwardPorts=yes and refuses ${some(refused.map(({ port }) => `${portName(port)} (${port.container})`))}.`,
    evidence: [first.drop.source, ...refused.flatMap(({ port }) => port.sources)],
    severity: "error",
    sureness: "proven",
    fix: {
      text: "Let translated connections through again.",
      commands: [
        sh`sudo sed -i 's/^StrictForwardPorts=.*/StrictForwardPorts=no/' /etc/firewalld/firewalld.conf`,
        sh`sudo systemctl restart firewalld docker`,
      ],
      cutsTraffic: true,
    },
  };
}

interface Risk {
  readonly cve: string;
  readonly effect: string;
  readonly repaired: string;
}

/** CVE-2025-54410 is repaired in 25.0.13 and 28.0; CVE-2025-54388 came with 28.2.0 and went with 28.3.3. */
function riskOf(version: EngineVersion): Risk | null {
  if (isAtLeast(version, 28, 0) === false && !(version.major === 25 && isAtLeast(version, 25, 0, 13) !== false))
    return {
      cve: "CVE-2025-54410",
      effect:
        "the rules that keep its networks apart are not written again: any container reaches every port of every other network",
      repaired: version.major <= 25 ? "25.0.13 or 28" : "28",
    };
  if (isAtLeast(version, 28, 2) === true && isAtLeast(version, 28, 3, 3) === false)
    return {
      cve: "CVE-2025-54388",
      effect:
        "the rules that keep neighbours from containers' addresses are not written again: machines on the same link reach published ports directly, those published on 127.0.0.1 among them",
      repaired: "28.3.3",
    };
  return null;
}

function reloadRisk(
  host: Host,
  sign: { readonly file: string; readonly line: number },
  { cve, effect, repaired }: Risk,
): Observation {
  return {
    subject: hostSubject(host),
    message: `firewalld runs beside Docker ${host.engine.version}, which has ${cve}: after \`firewall-cmd --reload\` ${effect}. Whether it was reloaded since Docker started is in no capture.`,
    evidence: [sign, ...host.engine.sources.slice(0, 1)],
    fix: {
      text: `Update to ${repaired}; until then restart Docker after each reload.`,
      commands: [sh`sudo systemctl restart docker`],
      cutsTraffic: true,
    },
  };
}
