import type { Examples } from "../examples/example.ts";

const inspect = (...containers: readonly string[]): string => `[
    {
        "Name": "bridge",
        "Id": "e7eba67d8a881cfdbcde330aa385dbe10dc55fd72aa08cc285b15216e645bfa4",
        "Scope": "local",
        "Driver": "bridge",
        "EnableIPv6": false,
        "IPAM": { "Driver": "default", "Config": [ { "Subnet": "172.17.0.0/16", "Gateway": "172.17.0.1" } ] },
        "Internal": false,
        "Containers": {${containers
          .map(
            (name, i) =>
              `\n            "${String(i).repeat(64)}": { "Name": "${name}", "EndpointID": "${String(i + 5).repeat(64)}", "MacAddress": "02:42:ac:11:00:0${i + 2}", "IPv4Address": "172.17.0.${i + 2}/16", "IPv6Address": "" }`,
          )
          .join(",")}
        },
        "Options": { "com.docker.network.bridge.default_bridge": "true", "com.docker.network.bridge.name": "docker0" }
    }
]
`;

const unlinked = `[
    { "Id": "${"0".repeat(64)}", "Name": "/web", "State": { "Running": true },
      "HostConfig": { "NetworkMode": "bridge" }, "NetworkSettings": { "Ports": {}, "Networks": {} } }
]
`;

const linked = `[
    { "Id": "${"0".repeat(64)}", "Name": "/web", "State": { "Running": true },
      "HostConfig": { "NetworkMode": "bridge", "Links": ["/db:/web/db"] },
      "NetworkSettings": { "Ports": {}, "Networks": { "bridge": { "Links": null, "NetworkID": "e7eba67d8a881cfdbcde330aa385dbe10dc55fd72aa08cc285b15216e645bfa4", "IPAddress": "172.17.0.2", "IPPrefixLen": 16 } } } }
]
`;

export const examples: Examples = {
  bad: [
    {
      name: "two containers",
      captures: { "docker-network-inspect": inspect("web", "db"), "docker-inspect": unlinked },
    },
  ],
  good: [
    {
      name: "a single container has no neighbour",
      captures: { "docker-network-inspect": inspect("web"), "docker-inspect": unlinked },
    },
    {
      name: "linked containers know each other by name, and are meant for each other",
      captures: { "docker-network-inspect": inspect("web", "db"), "docker-inspect": linked },
    },
  ],
};
