import { appnet, appnetPs, appnetRoutes, appnetRules29 } from "../examples/appnet.ts";
import { addresses6, appnet6, bareRules6, forwarding6, routes6, servedRules6, uplink6 } from "../examples/appnet6.ts";
import type { Examples } from "../examples/example.ts";

const ps = appnetPs.replace("0.0.0.0:8080->80/tcp      ", "0.0.0.0:8080->80/tcp, [::]:8080->80/tcp ");
const proxies = `Netid State  Recv-Q Send-Q Local Address:Port Peer Address:PortProcess
tcp   LISTEN 0      4096         0.0.0.0:8080      0.0.0.0:*    users:(("docker-proxy",pid=10606,fd=7))
tcp   LISTEN 0      4096            [::]:8080         [::]:*    users:(("docker-proxy",pid=10611,fd=7))
`;
const host = {
  "docker-version": '{ "Server": { "Version": "29.1.0", "ApiVersion": "1.52" } }',
  "docker-network-inspect": appnet,
  "docker-ps": ps,
  "ip-addr": uplink6,
  "ip-route": appnetRoutes,
  "ip6-route": routes6("2001:db8:c0:1").split("\n").slice(1).join("\n"),
  "iptables-save": appnetRules29,
  "ip6tables-save": bareRules6,
  "ss-listen": proxies,
};

const rootless = (portDriver: string, version: string) => ({
  ...host,
  "docker-ps": appnetPs,
  "docker-version": `{ "Server": { "Version": "29.1.0", "Components": [ { "Name": "rootlesskit", "Version": "${version}", "Details": { "NetworkDriver": "slirp4netns", "PortDriver": "${portDriver}" } } ] } }`,
});

export const examples: Examples = {
  bad: [
    { name: "published on [::], the network has no IPv6", captures: host },
    { name: "a rootless engine with RootlessKit's builtin port driver", captures: rootless("builtin", "2.3.5") },
  ],
  good: [
    { name: "slirp4netns as the port driver keeps the source", captures: rootless("slirp4netns", "2.3.5") },
    {
      name: "published for IPv4 only",
      captures: { ...host, "docker-ps": appnetPs, "ss-listen": proxies.split("\n").slice(0, 2).join("\n") },
    },
    {
      name: "the container has IPv6 itself",
      captures: {
        ...host,
        "docker-network-inspect": appnet6,
        "ip-addr": addresses6,
        "ip6-route": routes6("2001:db8:c0:1"),
        "ip6tables-save": servedRules6,
        sysctl: forwarding6,
      },
    },
    {
      name: "the host has no IPv6 address that clients could use",
      captures: { ...host, "ip-addr": uplink6.replace(/^ {4}inet6 2001.*\n.*\n/m, "") },
    },
  ],
};
