import type { CaptureKind } from "../../captures/kinds.ts";
import { appnet, appnetAddresses, appnetPs, appnetRoutes, appnetRules29 } from "./appnet.ts";
import { replaced } from "./edit.ts";

type Texts = Readonly<Partial<Record<CaptureKind, string>>>;

/** The whole host of `appnet` on 29: web published on 8080, api not; with what an example changes or adds. */
export function appnetHost(changes: Texts = {}): Texts {
  return {
    "docker-network-inspect": appnet,
    "docker-ps": appnetPs,
    "ip-addr": appnetAddresses,
    "ip-route": appnetRoutes,
    "iptables-save": appnetRules29,
    ...changes,
  };
}

/** Docker's rules of `appnet` with further ones in DOCKER-USER, in their order. */
export const withUserRules = (...rules: readonly string[]): string =>
  replaced(
    appnetRules29,
    "-A DOCKER-BRIDGE -o docker0",
    `${rules.map((rule) => `-A DOCKER-USER ${rule}\n`).join("")}-A DOCKER-BRIDGE -o docker0`,
  );

/** Docker's rules of `appnet` behind a host firewall: INPUT drops but for what these rules accept. */
export const withInput = (...rules: readonly string[]): string =>
  replaced(
    appnetRules29,
    ":INPUT ACCEPT [0:0]\n:FORWARD DROP [0:0]\n",
    ":INPUT DROP [81:4860]\n:FORWARD DROP [0:0]\n",
  ).replace(
    "-A FORWARD -j DOCKER-USER",
    `-A INPUT -i lo -j ACCEPT\n-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT\n${rules
      .map((rule) => `-A INPUT ${rule}\n`)
      .join("")}-A FORWARD -j DOCKER-USER`,
  );

/** Another bridge of the host with a machine behind a tap on it, as libvirt makes them; add to `ip a`. */
export const virbr0 = `7: virbr0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP group default qlen 1000
    link/ether 52:54:00:3c:ce:52 brd ff:ff:ff:ff:ff:ff
    inet 192.168.122.1/24 brd 192.168.122.255 scope global virbr0
8: vnet0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue master virbr0 state UNKNOWN group default qlen 1000
    link/ether fe:54:00:75:3f:15 brd ff:ff:ff:ff:ff:ff
`;

export const virbr0Bridges = `bridge name	bridge id		STP enabled	interfaces
br-28feb3a9f564		8000.7a39bdec8dcb	no		vethc1e6c5b
							vethac71698
docker0		8000.22807319856e	no
virbr0		8000.5254003cce52	no		vnet0
`;

/** What \`appnet\` and a VM behind libvirt's bridge are seen as. */
export const vmHost: Texts = {
  "ip-addr": `${appnetAddresses}${virbr0}`,
  "ip-route": `${appnetRoutes}192.168.122.0/24 dev virbr0 proto kernel scope link src 192.168.122.1\n`,
  "brctl-show": virbr0Bridges,
};
