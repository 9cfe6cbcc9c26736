import { appnet, appnetAddresses } from "../examples/appnet.ts";
import { replaced } from "../examples/edit.ts";
import type { Examples } from "../examples/example.ts";
import { alsoListed, endpoint, network } from "../examples/networks.ts";

const mesh = (...endpoints: readonly string[]) =>
  alsoListed(
    appnet,
    network("mesh", "7d1c0e5a2b34", "overlay", "10.0.9.0/24", "10.0.9.1", `"Containers": { ${endpoints.join(", ")} }`),
  );

export const examples: Examples = {
  bad: [
    {
      name: "two containers of one network",
      captures: { "docker-network-inspect": replaced(appnet, "172.18.0.3/16", "172.18.0.2/16") },
    },
    {
      name: "a container with the address of its own gateway",
      captures: {
        "docker-network-inspect": replaced(appnet, "172.18.0.3/16", "172.18.0.1/16"),
        "ip-addr": appnetAddresses,
      },
    },
    {
      name: "a stale endpoint still has a container's address",
      captures: {
        "docker-network-inspect": replaced(
          appnet,
          '"Containers": {\n',
          `"Containers": {\n${endpoint("ep-0f2cf5fcb5a1a4b1", "old_web", "02:42:ac:12:00:02", "172.18.0.2/16")},\n`,
        ),
      },
    },
  ],
  good: [
    { name: "all different", captures: { "docker-network-inspect": appnet, "ip-addr": appnetAddresses } },
    {
      name: "a service's virtual address stands at its load balancer, too",
      captures: {
        "docker-network-inspect": mesh(
          endpoint("lb-mesh", "mesh-endpoint", "02:42:0a:00:09:02", "10.0.9.2/24"),
          endpoint("4d41a2c1cbb7", "web.1", "02:42:0a:00:09:02", "10.0.9.2/24"),
        ),
      },
    },
    {
      name: "the same address in two networks is a matter of their subnets",
      captures: {
        "docker-network-inspect": alsoListed(
          appnet,
          network(
            "mesh",
            "7d1c0e5a2b34",
            "overlay",
            "172.18.0.0/16",
            "172.18.0.1",
            `"Containers": { ${endpoint("4d41a2c1cbb7", "web.1", "02:42:0a:00:09:02", "172.18.0.2/16")} }`,
          ),
        ),
      },
      alsoFinds: ["docker-subnets-overlap"],
    },
  ],
};
