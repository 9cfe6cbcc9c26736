import { appnetHost, withInput } from "../examples/appnet-host.ts";
import type { Examples } from "../examples/example.ts";

const ownDns = `[{"Id":"9e7c6d3be58c209cdfc4320f53c460a921d0729f668387d1427feb13050b5a22","Name":"/api","State":{"Running":true},"HostConfig":{"NetworkMode":"appnet","Dns":["172.18.0.1"]},"NetworkSettings":{"Networks":{"appnet":{"NetworkID":"28feb3a9f564a7fee45f7dfde55701fda3a7425bf1333af3cad8ad7a128154c3","IPAddress":"172.18.0.3","IPPrefixLen":16,"Gateway":"172.18.0.1"}}}}]`;

const sockets = "Netid State  Recv-Q Send-Q Local Address:Port Peer Address:Port\n";

export const examples: Examples = {
  bad: [
    {
      name: "INPUT drops all but ssh, and a container calls its neighbour by the host's address",
      captures: appnetHost({ "iptables-save": withInput("-p tcp -m tcp --dport 22 -j ACCEPT") }),
      alsoFinds: ["host-firewall-bypassed"],
    },
    {
      name: "the container's name server is the host",
      captures: appnetHost({
        "iptables-save": withInput("-p tcp -m multiport --dports 22,8080 -j ACCEPT"),
        "docker-inspect": ownDns,
      }),
    },
    {
      name: "a container has the host in its extra hosts, and the host's database is out of its reach",
      captures: appnetHost({
        "iptables-save": withInput("-p tcp -m multiport --dports 22,8080 -j ACCEPT"),
        "docker-inspect": ownDns.replace('"Dns":["172.18.0.1"]', '"ExtraHosts":["host.docker.internal:host-gateway"]'),
        "ss-listen": `${sockets}tcp   LISTEN 0      244          0.0.0.0:5432      0.0.0.0:*\n`,
      }),
    },
  ],
  good: [
    {
      name: "host-gateway, and INPUT lets the containers to the service",
      captures: appnetHost({
        "iptables-save": withInput("-p tcp -m multiport --dports 22,5432,8080 -j ACCEPT"),
        "docker-inspect": ownDns.replace('"Dns":["172.18.0.1"]', '"ExtraHosts":["host.docker.internal:host-gateway"]'),
        "ss-listen": `${sockets}tcp   LISTEN 0      244          0.0.0.0:5432      0.0.0.0:*\n`,
      }),
    },
    {
      name: "the bridge is accepted",
      captures: appnetHost({
        "iptables-save": withInput("-i br-28feb3a9f564 -j ACCEPT", "-p tcp -m tcp --dport 22 -j ACCEPT"),
        "docker-inspect": ownDns,
      }),
      alsoFinds: ["host-firewall-bypassed"],
    },
    {
      name: "nothing is published and nobody is known to ask the host",
      captures: appnetHost({
        "docker-ps":
          'CONTAINER ID   IMAGE     COMMAND   CREATED   STATUS    PORTS   NAMES\n3ea6c37e3109   busybox   "srv"     1 h ago   Up 1 h            web\n',
        "iptables-save": withInput("-p tcp -m tcp --dport 22 -j ACCEPT")
          .split("\n")
          .filter((line) => !/dport (8080|80) /.test(line))
          .join("\n"),
      }),
    },
    { name: "INPUT lets all in", captures: appnetHost() },
  ],
};
