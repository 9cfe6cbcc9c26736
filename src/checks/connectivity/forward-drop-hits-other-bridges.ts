import { freeAddressOn } from "../../dataplane/free-address.ts";
import { uplinkNames } from "../../dataplane/uplinks.ts";
import { covers } from "../../docker-rules/masquerades.ts";
import { commandOf, indexRuleSet, userChain } from "../../docker-rules/rule-set-index.ts";
import { rangeAsked } from "../../firewall/asked.ts";
import { prefixAround } from "../../lib/address.ts";
import { sh } from "../../lib/command.ts";
import type { Bridge, Host } from "../../model/host.ts";
import type { Fix } from "../check.ts";
import { type CheckContext, defineCheck, type Observation, type Skip } from "../check.ts";
import { farPort } from "../probes/outside.ts";
import { switchedDrop } from "../probes/switched.ts";
import { skipReasons } from "../skip.ts";
import { rulesNeed } from "../words.ts";

export const forwardDropHitsOtherBridges = defineCheck({
  id: "forward-drop-hits-other-bridges",
  severity: "warning",
  sureness: "strong",
  category: "connectivity",
  title: "FORWARD drops what other bridges send: virtual machines, LXD, bridged machines",
  why: "Docker sets the policy of FORWARD to DROP when it turns forwarding on, and accepts only its own bridges. Virtual machines and other containers behind the host lose the network as soon as Docker starts.",
  fix: 'Accept the other bridge in DOCKER-USER, or let Docker 28 and later leave the policy alone with "ip-forward-no-drop": true. Where a bridge only switches, turn net.bridge.bridge-nf-call-iptables off unless Docker needs it.',
  sources: [
    "https://github.com/moby/moby/issues/39439",
    "https://github.com/moby/moby/issues/48365",
    "moby libnetwork/drivers/bridge/setup_ip_forwarding.go setupIPForwarding; internal/iptabler FilterForwardDrop (28)",
  ],
  needs: ["ip-addr", "docker-network-inspect", rulesNeed],
  *run(context) {
    for (const bridge of context.host.bridges) {
      if (bridge.owner !== "foreign" || bridge.up === false) continue;
      for (const family of [4, 6] as const) {
        const found = routed(context, bridge, family) ?? switched(context, bridge, family);
        if (found !== null) yield found;
      }
    }
    for (const family of [4, 6] as const) yield* tunnels(context, family);
  },
});

/**
 * Tunnels of VPN servers: interfaces of no bridge with a subnet that somebody gave source NAT on its way out, so that it is meant to
 * be forwarded. A tunnel without it may be a client's, behind which nobody is.
 */
function* tunnels({ host, dataplane, ask }: CheckContext, family: 4 | 6): Iterable<Observation> {
  const book = indexRuleSet(host, family);
  const interfaces = host.own.interfaces;
  if (!book.known || !interfaces.known) return;
  for (const { name, flags, up, addresses, sources } of interfaces.value) {
    const machine = up && flags.includes("POINTOPOINT") ? freeAddressOn(dataplane, name, family) : null;
    const own = addresses.find((one) => one.address.family === family && one.scope !== "link");
    if (machine === null || own === undefined || uplinkNames(dataplane, family).includes(name)) continue;
    const [nat] = covers(book.value, { subnet: prefixAround(own), bridge: name }).filter(
      (rule) => rangeAsked(rule, "source") !== null,
    );
    const answer =
      nat === undefined
        ? null
        : ask({ from: { address: machine, interface: name }, to: farPort(dataplane, family, 443) });
    const decision = answer?.decision ?? null;
    if (nat === undefined || decision === null || decision.base !== "FORWARD" || decision.rule !== null) continue;
    yield {
      subject: { kind: "interface", name },
      message: `${decision.text} drops ${decision.direction === "request" ? `what clients behind ${name} send to the outside` : `the answers to clients behind ${name}`}${ipv6(family)}, though ${nat.text} is there to let them out.`,
      evidence: [decision.source, nat.source, ...sources.slice(0, 1)],
      fix: acceptOf(host, name, family),
    };
  }
}

/** A machine behind the bridge asks for one far away. A bridge that is the uplink itself routes nothing through the host. */
function routed({ ask, dataplane, host }: CheckContext, bridge: Bridge, family: 4 | 6): Observation | null {
  const machine = freeAddressOn(dataplane, bridge.name, family);
  if (machine === null || uplinkNames(dataplane, family).includes(bridge.name)) return null;
  const answer = ask({ from: { address: machine, interface: bridge.name }, to: farPort(dataplane, family, 443) });
  const decision = answer?.decision ?? null;
  if (decision === null || decision.base !== "FORWARD" || decision.rule !== null) return null;
  const what =
    decision.direction === "request"
      ? `what machines behind ${bridge.name} send to the outside`
      : `the answers to machines behind ${bridge.name}`;
  const idle = isIdle(host, bridge);
  return {
    subject: { kind: "bridge", name: bridge.name },
    message: `${decision.text} drops ${what}${ipv6(family)}: no rule accepts it.${idle ? " No port of the bridge is there now." : ""}`,
    evidence: [decision.source, ...bridge.sources],
    severity: idle ? "info" : "warning",
    fix: acceptOf(host, bridge.name, family),
  };
}

const acceptOf = (host: Host, name: string, family: 4 | 6): Fix => ({
  text: `Accept ${name} before Docker's own rules.`,
  commands: [
    sh`sudo ${commandOf(family)} -I ${userChain(host, family)} -i ${name} -j ACCEPT`,
    sh`sudo ${commandOf(family)} -I ${userChain(host, family)} -o ${name} -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT`,
  ],
  cutsTraffic: false,
});

/** Machines on two ports of one bridge ask each other, and the kernel hands switched frames to iptables. */
function switched({ host, dataplane }: CheckContext, bridge: Bridge, family: 4 | 6): Observation | Skip | null {
  const decision = switchedDrop(dataplane, bridge, family);
  if (decision === null) return null;
  if ("because" in decision) return skipReasons(decision.because);
  return {
    subject: { kind: "bridge", name: bridge.name },
    message: `Packets${ipv6(family)} between ports of ${bridge.name} (${bridge.ports.slice(0, 2).join(" and ")}) are handed to iptables, and policy DROP of FORWARD drops them.`,
    evidence: [decision, ...bridge.sources],
    fix: {
      text: "Let switched frames pass; networks of Docker with enable_icc=false, and engines without docker-proxy, need them filtered.",
      commands: [
        sh`sudo ${commandOf(family)} -I ${userChain(host, family)} -i ${bridge.name} -o ${bridge.name} -j ACCEPT`,
      ],
      cutsTraffic: false,
    },
  };
}

const ipv6 = (family: 4 | 6): string => (family === 6 ? " over IPv6" : "");

function isIdle({ own }: Host, { ports, name }: Bridge): boolean {
  const interfaces = own.interfaces;
  return ports.length === 0 && (!interfaces.known || interfaces.value.every(({ master }) => master !== name));
}
