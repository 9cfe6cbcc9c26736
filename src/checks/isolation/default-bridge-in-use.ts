import { sh } from "../../lib/command.ts";
import { defineCheck } from "../check.ts";
import { some } from "../words.ts";

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
