import { appnet } from "../examples/appnet.ts";
import type { Examples } from "../examples/example.ts";

const onDefault = `[
    {
        "Name": "bridge",
        "Id": "e7eba67d8a881cfdbcde330aa385dbe10dc55fd72aa08cc285b15216e645bfa4",
        "Scope": "local",
        "Driver": "bridge",
        "EnableIPv6": false,
        "IPAM": { "Driver": "default", "Config": [ { "Subnet": "172.17.0.0/16", "Gateway": "172.17.0.1" } ] },
        "Internal": false,
        "Containers": {
            "3ea6c37e3109df81ef36c9ca9dddee33727771ffef5e15fe05e5aaa200f67b85": { "Name": "web", "EndpointID": "87fa501de0d169b43d46d86f786de9f4d282d3ec3cd634404930ec1240d23f8d", "MacAddress": "02:42:ac:11:00:02", "IPv4Address": "172.17.0.2/16", "IPv6Address": "" }
        },
        "Options": { "com.docker.network.bridge.default_bridge": "true", "com.docker.network.bridge.name": "docker0" }
    }
]
`;
const inspect = (dns: string): string => `[
    { "Id": "3ea6c37e3109df81ef36c9ca9dddee33727771ffef5e15fe05e5aaa200f67b85", "Name": "/web", "State": { "Running": true },
      "HostConfig": { "NetworkMode": "appnet", "Dns": [${dns}] }, "NetworkSettings": { "Ports": {}, "Networks": {} } }
]
`;
const host = { "docker-network-inspect": appnet, "docker-inspect": inspect(""), "daemon-json": "{}" };

export const examples: Examples = {
  bad: [
    {
      name: "no server at all",
      captures: { ...host, "resolv-conf": "# made by nobody\nsearch example.org\n" },
    },
    {
      name: "dnsmasq on the host's loopback, a container on the default bridge",
      captures: {
        ...host,
        "docker-network-inspect": onDefault,
        "resolv-conf": "nameserver 127.0.0.1\n",
      },
    },
    {
      name: "a container of the default bridge still has the servers of another network",
      captures: { ...host, "docker-network-inspect": onDefault, "resolv-conf": "nameserver 192.0.2.53\n" },
      netns: { web: { "resolv-conf": "nameserver 198.51.100.53\n" } },
    },
    {
      name: "--dns 127.0.0.1 is the container itself",
      captures: { ...host, "resolv-conf": "nameserver 192.0.2.53\n", "docker-inspect": inspect('"127.0.0.1"') },
      netns: {
        web: {
          "ss-listen":
            "Netid State  Recv-Q Send-Q Local Address:Port Peer Address:Port\ntcp   LISTEN 0      64                 *:80              *:*\n",
        },
      },
    },
    {
      name: "systemd-resolved alone: only worth knowing",
      captures: {
        ...host,
        "resolv-conf": "nameserver 127.0.0.53\noptions edns0 trust-ad\n",
        "resolved-conf": "nameserver 192.0.2.53\n",
      },
    },
  ],
  good: [
    { name: "a server that everybody reaches", captures: { ...host, "resolv-conf": "nameserver 192.0.2.53\n" } },
    {
      name: "on loopback, but all containers are on networks of their own: the engine asks for them (28)",
      captures: { ...host, "resolv-conf": "nameserver 127.0.0.1\n" },
    },
    {
      name: "a container of the default bridge with the host's servers",
      captures: { ...host, "docker-network-inspect": onDefault, "resolv-conf": "nameserver 192.0.2.53\n" },
      netns: { web: { "resolv-conf": "nameserver 192.0.2.53\n" } },
    },
    {
      name: "daemon.json names other servers",
      captures: {
        ...host,
        "docker-network-inspect": onDefault,
        "resolv-conf": "nameserver 127.0.0.1\n",
        "daemon-json": '{ "dns": ["192.0.2.53"] }',
      },
    },
    {
      name: "a loopback server beside one that containers reach",
      captures: {
        ...host,
        "docker-network-inspect": onDefault,
        "resolv-conf": "nameserver 127.0.0.1\nnameserver 192.0.2.53\n",
      },
    },
    {
      name: "a resolver runs in the container itself",
      captures: { ...host, "resolv-conf": "nameserver 192.0.2.53\n", "docker-inspect": inspect('"127.0.0.1"') },
      netns: {
        web: {
          "ss-listen":
            "Netid State  Recv-Q Send-Q Local Address:Port Peer Address:Port\nudp   UNCONN 0      0          127.0.0.1:53        0.0.0.0:*\n",
        },
      },
    },
  ],
};
