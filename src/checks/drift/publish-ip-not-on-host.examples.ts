import { appnet, appnetAddresses, appnetPs } from "../examples/appnet.ts";
import { replaced } from "../examples/edit.ts";
import type { Examples } from "../examples/example.ts";

const published = (address: string) => replaced(appnetPs, "0.0.0.0:8080", `${address}:8080`);
const host = { "docker-network-inspect": appnet, "ip-addr": appnetAddresses };

export const examples: Examples = {
  bad: [
    { name: "the host got another address since", captures: { ...host, "docker-ps": published("192.168.50.11") } },
    {
      name: "read back from the rules",
      captures: {
        ...host,
        "iptables-save":
          "*nat\n:PREROUTING ACCEPT [0:0]\n:DOCKER - [0:0]\n-A PREROUTING -m addrtype --dst-type LOCAL -j DOCKER\n-A DOCKER -d 192.168.50.11/32 ! -i br-28feb3a9f564 -p tcp -m tcp --dport 8080 -j DNAT --to-destination 172.18.0.2:80\nCOMMIT\n",
      },
      alsoFinds: [
        "docker-chains-missing",
        "docker-jump-missing",
        "network-rules-incomplete",
        "masquerade-missing",
        "published-port-unserved",
      ],
    },
    {
      name: "an address that keepalived moves between hosts, elsewhere just now: only worth knowing",
      captures: { ...host, "docker-ps": published("192.168.50.200"), sysctl: "net.ipv4.ip_nonlocal_bind = 1\n" },
    },
  ],
  good: [
    { name: "every address", captures: { ...host, "docker-ps": appnetPs } },
    { name: "an address of the host", captures: { ...host, "docker-ps": published("192.168.50.10") } },
    { name: "all of 127.0.0.0/8 is the host's", captures: { ...host, "docker-ps": published("127.0.0.53") } },
    {
      name: "only a piece of ip a was pasted",
      skipped: true,
      captures: {
        ...host,
        "ip-addr": appnetAddresses.slice(appnetAddresses.indexOf("2: docker0")),
        "docker-ps": published("192.168.50.11"),
      },
    },
  ],
};
