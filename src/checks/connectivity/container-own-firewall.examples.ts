import type { Examples } from "../examples/example.ts";
import { insideHost, ownAddresses, ownRoutes, ownRules, sockets } from "../examples/inside.ts";

const listening = sockets("tcp   LISTEN 0      64                 *:8000             *:*");
const inside = { "ip-addr": ownAddresses, "ip-route": ownRoutes, "iptables-save": ownRules(), "ss-listen": listening };
const filter = (...rules: readonly string[]): string =>
  `*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n${rules.map((rule) => `${rule}\n`).join("")}COMMIT\n`;

export const examples: Examples = {
  bad: [
    {
      name: "INPUT drops a published port for all but Docker's networks",
      captures: insideHost,
      netns: {
        app: {
          ...inside,
          "iptables-save": ownRules(filter("-A INPUT ! -s 172.16.0.0/12 -p tcp -m tcp --dport 8000 -j DROP")),
        },
      },
    },
    {
      name: "the default route is gone",
      captures: insideHost,
      netns: { app: { ...inside, "ip-route": ownRoutes.split("\n").slice(1).join("\n") } },
    },
  ],
  good: [
    { name: "as Docker makes it", captures: insideHost, netns: { app: inside } },
    {
      name: "rules that let the published port in",
      captures: insideHost,
      netns: {
        app: {
          ...inside,
          "iptables-save": ownRules(
            filter("-A INPUT -p tcp -m tcp --dport 8000 -j ACCEPT", "-A INPUT -p tcp -m tcp --dport 22 -j DROP"),
          ),
        },
      },
    },
    {
      name: "a VPN's two halves are a way out, too",
      captures: insideHost,
      netns: {
        app: {
          ...inside,
          "ip-route": `0.0.0.0/1 via 172.18.0.1 dev eth0\n128.0.0.0/1 via 172.18.0.1 dev eth0\n${ownRoutes.split("\n").slice(1).join("\n")}`,
        },
      },
    },
    {
      name: "an internal network gives no way out by right",
      captures: {
        ...insideHost,
        "docker-network-inspect": insideHost["docker-network-inspect"].replace('"Internal": false', '"Internal": true'),
        "docker-ps": insideHost["docker-ps"].replace("0.0.0.0:8000->8000/tcp", "                      "),
        "iptables-save": "*filter\n:INPUT ACCEPT [0:0]\n:FORWARD DROP [0:0]\n:OUTPUT ACCEPT [0:0]\nCOMMIT\n",
      },
      netns: { app: { ...inside, "ip-route": ownRoutes.split("\n").slice(1).join("\n") } },
      alsoFinds: [
        "docker-chains-missing",
        "docker-jump-missing",
        "internal-network-not-isolated",
        "network-rules-incomplete",
      ],
    },
  ],
};
