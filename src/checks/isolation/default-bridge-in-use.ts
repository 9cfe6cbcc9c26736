import { sh } from "../../lib/command.ts";
import { defineCheck } from "../check.ts";
import { some } from "../words.ts";

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

export const defaultBridgeInUse = defineCheck({
  id: "default-bridge-in-use",
  severity: "info",
  sureness: "proven",
  category: "isolation",
  title: "Several containers share the default bridge",
  why: "On the network called bridge containers do not find each other by name (except over the old --link), and unrelated ones reach each other's ports.",
  fix: "Make a network for those that belong together: `docker network create app`, and start them with `--network app`.",
  sources: [
    "https://docs.docker.com/engine/network/drivers/bridge/#differences-between-user-defined-bridges-and-the-default-bridge",
    "CIS Docker Benchmark 2.1, 5.29 (v1.2.0)",
  ],
  needs: ["docker-network-inspect", "docker-inspect"],
  examples: {
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
  },
  *run({ host }) {
    const network = host.networks.find(({ name, driver }) => name === "bridge" && driver === "bridge");
    if (network === undefined) return;
    const here = host.containers.filter(({ endpoints }) => endpoints.some(({ networkId }) => networkId === network.id));
    if (here.length < 2 || here.some(({ links }) => links.length > 0)) return;
    const icc = network.options["com.docker.network.bridge.enable_icc"] === "false";
    const names = here.map(({ name }) => name);
    yield {
      subject: { kind: "network", name: network.name },
      message: `${some(names)} share the default bridge: they cannot resolve each other's names${icc ? "" : ", and each reaches every port of the others"}.`,
      evidence: [
        ...here.flatMap(({ endpoints }) =>
          endpoints.filter(({ networkId }) => networkId === network.id).flatMap(({ sources }) => sources.slice(0, 1)),
        ),
        ...network.sources,
      ].slice(0, 8),
      fix: {
        text: "Put those that belong together on a network of their own; they keep their old addresses until they are taken off the default bridge.",
        commands: [
          sh`docker network create app`,
          ...names.slice(0, 4).map((name) => sh`docker network connect app ${name}`),
        ],
        cutsTraffic: false,
      },
    };
  },
});
