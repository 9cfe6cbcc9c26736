import { appnet, appnetPs, appnetRules29 } from "../examples/appnet.ts";
import { appnet6, openRules6 } from "../examples/appnet6.ts";
import type { Examples } from "../examples/example.ts";

const bare =
  "*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\nCOMMIT\n*nat\n:PREROUTING ACCEPT [0:0]\n:POSTROUTING ACCEPT [0:0]\nCOMMIT\n";
const ownNat = bare.replace(
  ":POSTROUTING ACCEPT [0:0]\n",
  ":POSTROUTING ACCEPT [0:0]\n-A POSTROUTING -s 172.16.0.0/12 -o eth0 -j MASQUERADE\n",
);

export const examples: Examples = {
  bad: [
    {
      name: "switched off, and nothing in its place",
      captures: {
        "docker-network-inspect": appnet,
        "docker-ps": appnetPs,
        "daemon-json": '{\n  "iptables": false\n}\n',
        "iptables-save": bare,
      },
    },
    {
      name: "switched off, with source NAT of the owner's",
      captures: {
        "docker-network-inspect": appnet,
        "daemon-json": '{\n  "iptables": false\n}\n',
        "iptables-save": ownNat,
      },
    },
    {
      name: "no chain of Docker's anywhere, but source NAT for its subnets",
      captures: { "docker-network-inspect": appnet, "iptables-save": ownNat },
    },
    {
      name: "switched off for IPv6 alone, and a network has it",
      captures: {
        "docker-network-inspect": appnet6,
        "daemon-json": '{ "ip6tables": false }',
        "iptables-save": appnetRules29,
        "ip6tables-save": openRules6,
      },
    },
  ],
  good: [
    {
      name: "switched off for IPv6, which no network has",
      captures: {
        "docker-network-inspect": appnet,
        "daemon-json": '{ "ip6tables": false }',
        "iptables-save": appnetRules29,
      },
    },
    {
      name: "the key is there, and on",
      captures: {
        "docker-network-inspect": appnet,
        "daemon-json": '{ "iptables": true }',
        "iptables-save": appnetRules29,
      },
    },
    {
      name: "daemon.json says nothing of it",
      captures: {
        "docker-network-inspect": appnet,
        "daemon-json": '{ "live-restore": true }',
        "iptables-save": appnetRules29,
      },
    },
  ],
};
