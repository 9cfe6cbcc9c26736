import { appnet, appnetAddresses } from "../examples/appnet.ts";
import type { Examples } from "../examples/example.ts";
import { alsoListed, network } from "../examples/networks.ts";

/** `appnet` with further macvlan networks, which take subnets from the same pools and need no bridge. */
const crowded = (subnets: readonly string[]) =>
  alsoListed(
    appnet,
    ...subnets.map((subnet, i) =>
      network(`n${i}`, `7d1c0e5a2b${(i + 16).toString(16)}`, "macvlan", subnet, subnet.replace(/0\/\d+$/, "1")),
    ),
  );
const tops = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => `172.${from + i}.0.0/16`);
const twenties = (to: number) => Array.from({ length: to }, (_, i) => `192.168.${i * 16}.0/20`);
const info = (version: string, pools = "") =>
  `{"ServerVersion":"${version}"${pools === "" ? "" : `,"DefaultAddressPools":${pools}`}}`;

export const examples: Examples = {
  bad: [
    {
      name: "29 of 31",
      captures: {
        "docker-network-inspect": crowded([...tops(19, 31), ...twenties(14)]),
        "ip-addr": appnetAddresses,
        "docker-info": info("28.5.2"),
      },
      alsoFinds: ["docker-subnets-overlap", "subnet-overlaps-host-network", "macvlan-parent-problem"],
    },
    {
      name: "one small pool of its own",
      captures: {
        "docker-network-inspect": appnet,
        "ip-addr": appnetAddresses,
        "docker-info": info("28.5.2", '[{"Base":"172.16.0.0/14","Size":16}]'),
      },
    },
    {
      name: "up to 20.10.14 every route counted, and OpenVPN's two halves are all addresses",
      captures: {
        "docker-network-inspect": appnet,
        "ip-addr": appnetAddresses,
        "docker-info": info("20.10.12"),
        "ip-route": "0.0.0.0/1 via 10.8.0.1 dev tun0\n128.0.0.0/1 via 10.8.0.1 dev tun0\n",
      },
    },
  ],
  good: [
    {
      name: "three of 31",
      captures: { "docker-network-inspect": appnet, "ip-addr": appnetAddresses, "docker-info": info("28.5.2") },
    },
    {
      name: "27 of 31",
      captures: {
        "docker-network-inspect": crowded([...tops(19, 31), ...twenties(12)]),
        "ip-addr": appnetAddresses.replace("192.168.50.10/24", "10.1.1.10/24"),
        "docker-info": info("28.5.2"),
      },
      alsoFinds: ["macvlan-parent-problem"],
    },
    {
      name: "pools of its own are large enough",
      captures: {
        "docker-network-inspect": crowded([...tops(19, 31), ...twenties(14)]),
        "ip-addr": appnetAddresses.replace("192.168.50.10/24", "10.1.1.10/24"),
        "docker-info": info("28.5.2", '[{"Base":"10.201.0.0/16","Size":24}]'),
      },
      alsoFinds: ["macvlan-parent-problem"],
    },
    {
      name: "newer engines do not mind routes through a gateway",
      captures: {
        "docker-network-inspect": appnet,
        "ip-addr": appnetAddresses,
        "docker-info": info("20.10.24"),
        "ip-route": "0.0.0.0/1 via 10.8.0.1 dev tun0\n128.0.0.0/1 via 10.8.0.1 dev tun0\n",
      },
    },
  ],
};
