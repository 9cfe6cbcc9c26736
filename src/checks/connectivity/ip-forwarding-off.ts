import type { Dataplane } from "../../dataplane/types.ts";
import { uplinkNames } from "../../dataplane/uplinks.ts";
import { sh } from "../../lib/command.ts";
import type { Host, Network } from "../../model/host.ts";
import { attachedTo, routedNetworks } from "../../model/queries/attached.ts";
import { asCommand, interfaceSwitch, type Switch, switchOf } from "../../model/queries/switches.ts";
import { defineCheck, type Observation } from "../check.ts";
import { appnet, appnetAddresses } from "../examples/appnet.ts";
import { appnetHost } from "../examples/appnet-host.ts";
import { replaced } from "../examples/edit.ts";
import { hostSubject, some } from "../words.ts";

const macvlanOnly = `[{"Name":"lan","Id":"b0f1d64a9f0e7b9a3c1d5e8f2a4b6c8d0e1f3a5b7c9d1e3f5a7b9c1d3e5f7a9b","Scope":"local","Driver":"macvlan","EnableIPv6":false,"IPAM":{"Driver":"default","Config":[{"Subnet":"192.168.50.0/24"}]},"Internal":false,"Containers":{"3ea6c37e3109df81ef36c9ca9dddee33727771ffef5e15fe05e5aaa200f67b85":{"Name":"web","EndpointID":"87fa501de0d1","MacAddress":"06:55:74:07:97:a2","IPv4Address":"192.168.50.70/24"}},"Options":{"parent":"eth0"}}]`;
const dual = replaced(
  replaced(appnet, '"EnableIPv6": false', '"EnableIPv6": true'),
  '"IPv4Address": "172.18.0.2/16"',
  '"IPv4Address": "172.18.0.2/16",\n                "IPv6Address": "fd12:3456:789a:1::2/64"',
).replace(
  '"Gateway": "172.18.0.1" }',
  '"Gateway": "172.18.0.1" }, { "Subnet": "fd12:3456:789a:1::/64", "Gateway": "fd12:3456:789a:1::1" }',
);

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
  examples: {
    bad: [
      {
        name: "turned off behind Docker's back",
        captures: appnetHost({ sysctl: "net.ipv4.ip_forward = 0\nnet.ipv4.conf.all.forwarding = 0\n" }),
        alsoFinds: ["published-port-unserved"],
      },
      {
        name: "on in general, off for the uplink: answers and requests from outside are not forwarded",
        captures: appnetHost({
          sysctl:
            "net.ipv4.ip_forward = 1\nnet.ipv4.conf.eth0.forwarding = 0\nnet.ipv4.conf.br-28feb3a9f564.forwarding = 1\n",
        }),
        alsoFinds: ["published-port-unserved"],
      },
      {
        name: "IPv6 of a dual network",
        captures: appnetHost({
          "docker-network-inspect": dual,
          "ip-addr": replaced(
            appnetAddresses,
            "scope global br-28feb3a9f564\n",
            "scope global br-28feb3a9f564\n    inet6 fd12:3456:789a:1::1/64 scope global nodad\n       valid_lft forever preferred_lft forever\n",
          ),
          sysctl: "net.ipv4.ip_forward = 1\nnet.ipv6.conf.all.forwarding = 0\n",
        }),
      },
    ],
    good: [
      { name: "on", captures: appnetHost({ sysctl: "net.ipv4.ip_forward = 1\nnet.ipv4.conf.eth0.forwarding = 1\n" }) },
      {
        name: "IPv6 forwarding is off where no network has IPv6",
        captures: appnetHost({ sysctl: "net.ipv4.ip_forward = 1\nnet.ipv6.conf.all.forwarding = 0\n" }),
      },
      {
        name: "off, but all containers are on the LAN itself (macvlan)",
        captures: { "docker-network-inspect": macvlanOnly, sysctl: "net.ipv4.ip_forward = 0\n" },
      },
    ],
  },
  *run({ host, dataplane }) {
    // A rootless engine forwards in a namespace of its own, whose settings are in no capture.
    if (host.engine.rootless === true) return;
    for (const family of [4, 6] as const) {
      const networks = routedNetworks(host).filter((network) => needsForwarding(host, network, family));
      if (networks.length === 0) continue;
      const general = switchOf(host, family === 4 ? "net.ipv4.ip_forward" : "net.ipv6.conf.all.forwarding");
      if (general?.value === "0") yield everywhere(host, family, networks, general);
      else if (family === 4) yield* somewhere(host, dataplane, networks);
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
  host: Host,
  dataplane: Dataplane,
  networks: readonly (Network & { readonly bridge: string })[],
): Iterable<Observation> {
  const names = [...uplinkNames(host, dataplane, 4), ...networks.map(({ bridge }) => bridge)];
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
