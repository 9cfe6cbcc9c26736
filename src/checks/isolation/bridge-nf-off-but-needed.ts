import { bridgeCalls, callsKey } from "../../dataplane/bridge-calls.ts";
import { indexRuleSet } from "../../docker-rules/rule-set-index.ts";
import { usesHairpin } from "../../docker-rules/userland-proxy.ts";
import { sh } from "../../lib/command.ts";
import type { Source } from "../../lib/source.ts";
import type { Host, Network } from "../../model/host.ts";
import { attachedTo } from "../../model/queries/attached.ts";
import { defineCheck, type Observation } from "../check.ts";
import { skipFor } from "../skip.ts";
import { some } from "../words.ts";

export const bridgeNfOffButNeeded = defineCheck({
  id: "bridge-nf-off-but-needed",
  severity: "error",
  sureness: "proven",
  category: "isolation",
  title: "Switched packets do not pass iptables, and a network needs it",
  why: "Packets between containers of one bridge are switched, not routed. Only with br_netfilter do Docker's rules see them: without it enable_icc=false forbids nothing, and without docker-proxy a container cannot use its own network's published ports by the host's address.",
  fix: "`modprobe br_netfilter`, `sysctl -w net.bridge.bridge-nf-call-iptables=1` (and -ip6tables), and the module's name in /etc/modules-load.d.",
  sources: [
    "https://github.com/moby/moby/issues/48664",
    "https://github.com/moby/moby/pull/48685",
    "moby libnetwork/drivers/bridge/setup_bridgenetfiltering.go; net/bridge/br_netfilter_hooks.c",
  ],
  needs: ["docker-network-inspect", ["sysctl", "docker-info"]],
  *run({ host }) {
    const state = bridgeNetfilter(host);
    if (state === "on") return;
    const book = indexRuleSet(host, 4);
    const hairpin = book.known && usesHairpin(host, book.value);
    for (const network of host.networks) {
      const attached = attachedTo(host, network).map(({ container }) => container.name);
      if (network.bridge === null || attached.length < 2) continue;
      const noIcc = /^(0|f|false)$/i.test(network.options["com.docker.network.bridge.enable_icc"] ?? "");
      const published = host.publishedPorts.some(({ container }) => attached.includes(container));
      if (!noIcc && !book.known && published) yield skipFor(book.why, book.lacks);
      if (!noIcc && !(hairpin && published)) continue;
      if (state === null)
        yield skipFor("whether switched packets pass iptables is in neither sysctl nor docker-info", "sysctl");
      else yield noIcc ? notEnforced(network, attached, state) : notReached(network, state);
    }
  },
});

interface Off {
  readonly what: string;
  readonly evidence: readonly Source[];
  readonly sure: boolean;
}

/** How it shows that switched packets do not meet iptables; null when the snapshot does not tell. */
function bridgeNetfilter(host: Host): Off | "on" | null {
  const told = bridgeCalls(host, 4);
  if (told === null) return null;
  if (told.value) return "on";
  const whats = {
    sysctl: `${callsKey(4)} is 0`,
    "docker info": `docker info says that ${callsKey(4)} is off`,
    "no module": "br_netfilter is not loaded: none of its settings is there",
  };
  return { what: whats[told.by], evidence: told.sources, sure: told.by !== "no module" };
}

const turnOn = {
  text: "Load the module and let it call iptables, also after the next start; connections between these containers are then filtered.",
  commands: [
    sh`sudo modprobe br_netfilter`,
    sh`echo br_netfilter | sudo tee /etc/modules-load.d/br_netfilter.conf`,
    sh`sudo sysctl -w net.bridge.bridge-nf-call-iptables=1 net.bridge.bridge-nf-call-ip6tables=1`,
  ],
  cutsTraffic: true,
} as const;

const notEnforced = (
  { name, sources }: Network,
  attached: readonly string[],
  { what, evidence, sure }: Off,
): Observation => ({
  subject: { kind: "network", name },
  message: `${name} forbids its containers to talk to each other (enable_icc=false), but ${what}, so ${some(attached)} reach each other all the same.`,
  evidence: [...evidence, ...sources],
  sureness: sure ? "proven" : "strong",
  fix: turnOn,
});

const notReached = ({ name, sources }: Network, { what, evidence, sure }: Off): Observation => ({
  subject: { kind: "network", name },
  message: `The engine runs without docker-proxy and ${what}: containers of ${name} cannot reach ports that their own network publishes by the host's address.`,
  evidence: [...evidence, ...sources],
  severity: "warning",
  sureness: sure ? "proven" : "strong",
  fix: turnOn,
});
