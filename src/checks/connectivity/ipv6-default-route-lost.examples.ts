import type { Examples } from "../examples/example.ts";

const addresses = `2: eth0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc fq_codel state UP group default qlen 1000
    link/ether 52:54:00:12:34:56 brd ff:ff:ff:ff:ff:ff
    inet 192.168.50.10/24 brd 192.168.50.255 scope global eth0
    inet6 2001:db8:50:0:5054:ff:fe12:3456/64 scope global dynamic mngtmpaddr
       valid_lft 86391sec preferred_lft 14391sec
    inet6 fe80::5054:ff:fe12:3456/64 scope link
`;
const prefixOnly = "2001:db8:50::/64 dev eth0 proto kernel metric 256 expires 86391sec pref medium\n";
const switches = (acceptRa: number, forwarding = 1): string =>
  `net.ipv6.conf.all.forwarding = ${forwarding}\nnet.ipv6.conf.eth0.forwarding = ${forwarding}\nnet.ipv6.conf.eth0.accept_ra = ${acceptRa}\n`;
const captures = (sysctl: string, route6: string, address = addresses) => ({
  "ip-addr": address,
  "ip6-route": route6,
  sysctl,
});

export const examples: Examples = {
  bad: [
    { name: "an address from a router, and no default route any more", captures: captures(switches(1), prefixOnly) },
    {
      name: "the route is still there and will run out",
      captures: captures(
        switches(1),
        `${prefixOnly}default via fe80::1 dev eth0 proto ra metric 1024 expires 1391sec pref medium\n`,
      ),
    },
  ],
  good: [
    {
      name: "accept_ra is 2",
      captures: captures(
        switches(2),
        `${prefixOnly}default via fe80::1 dev eth0 proto ra metric 1024 expires 1391sec pref medium\n`,
      ),
    },
    {
      name: "NetworkManager listens to routers itself: accept_ra is 0",
      captures: captures(switches(0), `${prefixOnly}default via fe80::1 dev eth0 proto ra metric 100 pref medium\n`),
    },
    {
      name: "a static gateway",
      captures: captures(switches(1), `${prefixOnly}default via 2001:db8:50::1 dev eth0 metric 1024 pref medium\n`),
    },
    {
      name: "a static address without a gateway: no router was ever listened to",
      captures: captures(
        switches(1),
        "2001:db8:50::/64 dev eth0 proto kernel metric 256 pref medium\n",
        addresses.replace(
          " dynamic mngtmpaddr\n       valid_lft 86391sec preferred_lft 14391sec",
          "\n       valid_lft forever preferred_lft forever",
        ),
      ),
    },
    {
      name: "the host does not forward IPv6",
      captures: captures(
        switches(1, 0),
        `${prefixOnly}default via fe80::1 dev eth0 proto ra metric 1024 expires 1391sec pref medium\n`,
      ),
    },
  ],
};
