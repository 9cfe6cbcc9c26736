import type { Examples } from "../examples/example.ts";
import { slice, slice6, translatedSlice } from "../examples/slices.ts";

const also = { alsoFinds: ["subnet-overlaps-host-network"] };

export const examples: Examples = {
  bad: [
    {
      name: "a part of the LAN's subnet without source NAT",
      captures: slice("net.ipv4.conf.all.proxy_arp = 0\nnet.ipv4.conf.eth0.proxy_arp = 0\n"),
      ...also,
    },
    {
      name: "proxy_arp where nobody asks: on the bridge",
      captures: slice("net.ipv4.conf.all.proxy_arp = 0\nnet.ipv4.conf.br-28feb3a9f564.proxy_arp = 1\n"),
      ...also,
    },
    {
      name: "IPv6: a part of the uplink's /64",
      captures: slice6("net.ipv6.conf.all.proxy_ndp = 0\nnet.ipv6.conf.eth0.proxy_ndp = 0\n"),
      ...also,
    },
    {
      name: "IPv6: proxy_ndp is on, but there are entries for other addresses only",
      captures: {
        ...slice6("net.ipv6.conf.eth0.proxy_ndp = 1\n"),
        "ip-neigh": "2001:db8:50::77 dev eth0  proxy\n",
      },
      ...also,
    },
  ],
  good: [
    {
      name: "the host answers ARP on the uplink",
      captures: slice("net.ipv4.conf.all.proxy_arp = 0\nnet.ipv4.conf.eth0.proxy_arp = 1\n"),
      ...also,
    },
    {
      name: "it answers for these two addresses",
      captures: {
        ...slice("net.ipv4.conf.eth0.proxy_arp = 0\n"),
        "ip-neigh": "192.168.50.130 dev eth0  proxy\n192.168.50.131 dev eth0  proxy\n",
      },
      ...also,
    },
    {
      name: "packets that leave are translated to the host's own address",
      captures: translatedSlice,
      ...also,
    },
    {
      name: "IPv6: an entry for each address",
      captures: {
        ...slice6("net.ipv6.conf.eth0.proxy_ndp = 1\n"),
        "ip-neigh": "2001:db8:50:0:c::2 dev eth0  proxy\n2001:db8:50:0:c::3 dev eth0  proxy\n",
      },
      alsoFinds: ["subnet-overlaps-host-network", "ipv6-containers-unfiltered"],
    },
    {
      name: "IPv6: proxy_ndp is on, and which entries there are was not captured",
      skipped: true,
      captures: slice6("net.ipv6.conf.eth0.proxy_ndp = 1\n"),
      ...also,
    },
  ],
};
