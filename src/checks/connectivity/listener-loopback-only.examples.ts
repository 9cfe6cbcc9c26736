import type { Examples } from "../examples/example.ts";
import { insideHost, ownAddresses, ownRoutes, ownRules, sockets } from "../examples/inside.ts";

const inside = { "ip-addr": ownAddresses, "ip-route": ownRoutes, "iptables-save": ownRules() };
const onLoopback = sockets("tcp   LISTEN 0      64         127.0.0.1:8000       0.0.0.0:*");

export const examples: Examples = {
  bad: [
    {
      name: "a development server's default",
      captures: insideHost,
      netns: { app: { ...inside, "ss-listen": onLoopback } },
    },
    {
      name: "on both loopback addresses",
      captures: insideHost,
      netns: {
        app: {
          ...inside,
          "ss-listen": sockets(
            "tcp   LISTEN 0      64         127.0.0.1:8000       0.0.0.0:*",
            "tcp   LISTEN 0      64             [::1]:8000          [::]:*",
          ),
        },
      },
    },
  ],
  good: [
    {
      name: "listens on every address",
      captures: insideHost,
      netns: {
        app: { ...inside, "ss-listen": sockets("tcp   LISTEN 0      64                 *:8000             *:*") },
      },
    },
    {
      name: "a sidecar in the same namespace listens on the wildcard, too",
      captures: insideHost,
      netns: {
        app: {
          ...inside,
          "ss-listen": sockets(
            "tcp   LISTEN 0      64         127.0.0.1:8000       0.0.0.0:*",
            "tcp   LISTEN 0      64        172.18.0.2:8000       0.0.0.0:*",
          ),
        },
      },
    },
    {
      name: "a proxy in the same namespace takes the port by a redirect",
      captures: insideHost,
      netns: {
        app: {
          ...inside,
          "iptables-save": ownRules().replace(
            "-A OUTPUT -d 127.0.0.11/32 -j DOCKER_OUTPUT",
            "-A PREROUTING -p tcp -m tcp --dport 8000 -j REDIRECT --to-ports 15006\n-A OUTPUT -d 127.0.0.11/32 -j DOCKER_OUTPUT",
          ),
          "ss-listen": sockets(
            "tcp   LISTEN 0      64         127.0.0.1:8000       0.0.0.0:*",
            "tcp   LISTEN 0      64           0.0.0.0:15006      0.0.0.0:*",
          ),
        },
      },
    },
    { name: "the sockets inside were not captured", captures: insideHost, netns: { app: inside } },
  ],
};
