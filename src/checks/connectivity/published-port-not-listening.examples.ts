import type { Examples } from "../examples/example.ts";
import { insideHost, insidePs, insideRules, ownAddresses, ownRoutes, ownRules, sockets } from "../examples/inside.ts";

const inside = { "ip-addr": ownAddresses, "ip-route": ownRoutes, "iptables-save": ownRules() };
const onOther = sockets("tcp   LISTEN 0      64                 *:3000             *:*");

export const examples: Examples = {
  bad: [
    {
      name: "the service has port 3000, 8000 was published",
      captures: insideHost,
      netns: { app: { ...inside, "ss-listen": onOther } },
    },
    {
      name: "nothing listens at all",
      captures: insideHost,
      netns: { app: { ...inside, "ss-listen": sockets() } },
    },
    {
      name: "the right port of the wrong protocol",
      captures: {
        ...insideHost,
        "docker-ps": insidePs.replace("8000->8000/tcp", "8000->8000/udp"),
        "iptables-save": insideRules.replaceAll("-p tcp -m tcp --dport 8000", "-p udp -m udp --dport 8000"),
      },
      netns: {
        app: { ...inside, "ss-listen": sockets("tcp   LISTEN 0      64                 *:8000             *:*") },
      },
    },
  ],
  good: [
    {
      name: "listened on",
      captures: insideHost,
      netns: {
        app: { ...inside, "ss-listen": sockets("tcp   LISTEN 0      64                 *:8000             *:*") },
      },
    },
    {
      name: "listened on, but on loopback only: listener-loopback-only tells that",
      captures: insideHost,
      netns: {
        app: { ...inside, "ss-listen": sockets("tcp   LISTEN 0      64         127.0.0.1:8000       0.0.0.0:*") },
      },
      alsoFinds: ["listener-loopback-only"],
    },
    { name: "the sockets inside were not captured", captures: insideHost, netns: { app: inside } },
  ],
};
