import type { Dataplane } from "../../dataplane/types.ts";
import { uplinkNames } from "../../dataplane/uplinks.ts";
import { sh } from "../../lib/command.ts";
import type { Host, Network } from "../../model/host.ts";
import { attachedTo, routedNetworks } from "../../model/queries/attached.ts";
import { asCommand, interfaceSwitch, type Switch, switchOf } from "../../model/queries/switches.ts";
import { defineCheck, type Observation } from "../check.ts";
import { hostSubject, some } from "../words.ts";

export const ipForwardingOff = defineCheck({
  id: "ip-forwarding-off",
  severity: "error",
  sureness: "proven",
  category: "connectivity",
  title: "The kernel does not forward packets",
  why: "Containers behind a bridge reach nothing outside, and from outside their published ports are reached by docker-proxy at best. Docker turns forwarding on when it starts; a later `sysctl -p`, systemd-networkd or a hardening script turns it off again.",
  fix: "`sysctl -w net.ipv4.ip_forward=1`, kept in /etc/sysctl.d; with systemd-networkd `IPForward=yes` for the uplink.",
  sources: [
    "https://docs.docker.com/engine/daemon/troubleshoot/#ip-forwarding-problems",
    "moby libnetwork/drivers/bridge/setup_ip_forwarding.go setupIPForwarding",
    "net/ipv4/route.c ip_route_input_slow: IN_DEV_FORWARD of the interface that a packet comes in by",
  ],
  needs: ["docker-network-inspect", "sysctl"],
  *run({ host, dataplane }) {
    // A rootless engine forwards in a namespace of its own, whose settings are in no capture.
    if (host.engine.rootless === true) return;
    for (const family of [4, 6] as const) {
      const networks = routedNetworks(host).filter((network) => needsForwarding(host, network, family));
      if (networks.length === 0) continue;
      const general = switchOf(host, family === 4 ? "net.ipv4.ip_forward" : "net.ipv6.conf.all.forwarding");
      if (general?.value === "0") yield everywhere(host, family, networks, general);
      else if (family === 4) yield* somewhere(dataplane, networks);
    }
  },
});

function needsForwarding(host: Host, network: Network, family: 4 | 6): boolean {
  return attachedTo(host, network).some(({ endpoint }) => (family === 4 ? endpoint.ipv4 : endpoint.ipv6) !== null);
}

function everywhere(host: Host, family: 4 | 6, networks: readonly Network[], general: Switch): Observation {
  return {
    subject: hostSubject(host),
    message: `${general.key} is 0: the host forwards no IPv${family} packet to or from the containers of ${some(networks.map(({ name }) => name))}.`,
    evidence: general.sources,
    fix: {
      text: "Turn it on, also for the next start, and find what turned it off.",
      commands: [
        asCommand(general.key, "1"),
        sh`echo ${general.key}=1 | sudo tee ${family === 6 ? "/etc/sysctl.d/99-docker-ipv6.conf" : "/etc/sysctl.d/99-docker.conf"}`,
      ],
      cutsTraffic: false,
    },
  };
}

/** What comes in by an interface whose own switch is off is not forwarded (IPv4; for IPv6 the general switch counts). */
function* somewhere(
  dataplane: Dataplane,
  networks: readonly (Network & { readonly bridge: string })[],
): Iterable<Observation> {
  const { host } = dataplane;
  const names = [...uplinkNames(dataplane, 4), ...networks.map(({ bridge }) => bridge)];
  for (const name of new Set(names)) {
    const own = interfaceSwitch(host, 4, name, "forwarding");
    if (own?.value !== "0") continue;
    const users = networks.filter(({ bridge }) => bridge === name);
    const concerned = users.length > 0 ? users : networks;
    yield {
      subject: { kind: "interface", name },
      message: `${own.key} is 0: what comes in by ${name} is not forwarded, so the containers of ${some(concerned.map((network) => network.name))} ${users.length > 0 ? "get nowhere" : "get no answers through it"}.`,
      evidence: own.sources,
      fix: {
        text: "Turn it on; with systemd-networkd say IPForward=yes in the interface's file.",
        commands: [asCommand(own.key, "1")],
        cutsTraffic: false,
      },
    };
  }
}
