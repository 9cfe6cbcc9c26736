import { appnet, appnetAddresses, appnetRoutes, appnetRules29 } from "../examples/appnet.ts";
import { replaced } from "../examples/edit.ts";
import type { Examples } from "../examples/example.ts";
import { swarmHost } from "../examples/swarm.ts";

const mtuOption = "com.docker.network.driver.mtu";
const captures = {
  "docker-network-inspect": appnet,
  "ip-addr": appnetAddresses,
  "ip-route": appnetRoutes,
  "iptables-save": appnetRules29,
};
const smallUplink = appnetAddresses.replace(/(eth0: <[A-Z_,]+> mtu) 1500/, "$1 1450");
const withOption = (mtu: number): string =>
  replaced(appnet, '"Options": {}', `"Options": { "${mtuOption}": "${mtu}" }`);
const withVeths = (text: string, mtu: number): string =>
  text.replace(/^(\d+: (?:veth|br-)\S+: <[A-Z_,]+> mtu) 1500/gm, `$1 ${mtu}`);

export const examples: Examples = {
  bad: [
    { name: "a cloud's 1450 under Docker's 1500", captures: { ...captures, "ip-addr": smallUplink } },
    {
      name: "a TCPMSS rule takes care of TCP: only worth knowing, for UDP",
      captures: {
        ...captures,
        "ip-addr": smallUplink,
        "iptables-save": `${appnetRules29}*mangle\n:FORWARD ACCEPT [0:0]\n-A FORWARD -p tcp -m tcp --tcp-flags SYN,RST SYN -j TCPMSS --clamp-mss-to-pmtu\nCOMMIT\n`,
      },
    },
    {
      name: "the network was given another MTU than its containers have",
      captures: { ...captures, "docker-network-inspect": withOption(1400) },
    },
    {
      name: "a swarm's overlay over a cloud's 1450: the VXLAN header does not fit",
      captures: {
        "docker-network-inspect": swarmHost["docker-network-inspect"],
        "ip-addr": swarmHost["ip-addr"].replace(/(eth0: <[A-Z_,]+> mtu) 1500/, "$1 1450"),
        "ip-route": swarmHost["ip-route"],
      },
    },
    {
      name: "two sizes on one bridge",
      captures: {
        ...captures,
        "ip-addr": appnetAddresses.replace(/(vethc1e6c5b@if2: <[A-Z_,]+> mtu) 1500/, "$1 1400"),
      },
    },
  ],
  good: [
    { name: "1500 over 1500", captures },
    {
      name: "an overlay made for 1450, over 1450; and the bridge's ports follow",
      captures: {
        "docker-network-inspect": swarmHost["docker-network-inspect"].replace(
          '"com.docker.network.driver.overlay.vxlanid_list"',
          '"com.docker.network.driver.mtu": "1450", "com.docker.network.driver.overlay.vxlanid_list"',
        ),
        "ip-addr": swarmHost["ip-addr"].replaceAll("mtu 1500", "mtu 1450"),
        "ip-route": swarmHost["ip-route"],
      },
    },
    {
      name: "1450 over 1450, as it was asked for",
      captures: {
        ...captures,
        "docker-network-inspect": withOption(1450),
        "ip-addr": withVeths(smallUplink, 1450),
      },
    },
    {
      name: "a jumbo uplink",
      captures: { ...captures, "ip-addr": appnetAddresses.replace(/(eth0: <[A-Z_,]+> mtu) 1500/, "$1 9000") },
    },
    {
      name: "docker0 keeps 1500 while nobody is on it: a bridge's own MTU means nothing",
      captures: {
        ...captures,
        "docker-network-inspect": withOption(1450),
        "ip-addr": withVeths(smallUplink, 1450).replace(/(docker0: <[A-Z_,]+> mtu) \d+/, "$1 1500"),
      },
    },
  ],
};
