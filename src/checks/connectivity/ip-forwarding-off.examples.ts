import { appnet, appnetAddresses } from "../examples/appnet.ts";
import { appnetHost } from "../examples/appnet-host.ts";
import { replaced } from "../examples/edit.ts";
import type { Examples } from "../examples/example.ts";

const macvlanOnly = `[{"Name":"lan","Id":"b0f1d64a9f0e7b9a3c1d5e8f2a4b6c8d0e1f3a5b7c9d1e3f5a7b9c1d3e5f7a9b","Scope":"local","Driver":"macvlan","EnableIPv6":false,"IPAM":{"Driver":"default","Config":[{"Subnet":"192.168.50.0/24"}]},"Internal":false,"Containers":{"3ea6c37e3109df81ef36c9ca9dddee33727771ffef5e15fe05e5aaa200f67b85":{"Name":"web","EndpointID":"87fa501de0d1","MacAddress":"06:55:74:07:97:a2","IPv4Address":"192.168.50.70/24"}},"Options":{"parent":"eth0"}}]`;
const dual = replaced(
  replaced(appnet, '"EnableIPv6": false', '"EnableIPv6": true'),
  '"IPv4Address": "172.18.0.2/16"',
  '"IPv4Address": "172.18.0.2/16",\n                "IPv6Address": "fd12:3456:789a:1::2/64"',
).replace(
  '"Gateway": "172.18.0.1" }',
  '"Gateway": "172.18.0.1" }, { "Subnet": "fd12:3456:789a:1::/64", "Gateway": "fd12:3456:789a:1::1" }',
);

export const examples: Examples = {
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
};
