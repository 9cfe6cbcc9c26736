import { sh } from "../../lib/command.ts";
import type { Host } from "../../model/host.ts";
import { bridgesAreElsewhere, dockerBridges } from "../../model/queries/docker-bridges.ts";
import { hostInterfaces } from "../../model/queries/whole-lists.ts";
import { defineCheck } from "../check.ts";
import { hostSubject, some } from "../words.ts";

export const bridgesInOtherNamespace = defineCheck({
  id: "bridges-in-other-namespace",
  severity: "warning",
  sureness: "strong",
  category: "snapshot",
  title: "Docker and the host's captures speak of different network stacks",
  why: "The engine's bridges and rules are somewhere else: what this snapshot says of interfaces, routes and rules is not about its containers.",
  fix: "Run the collector where dockerd runs: inside the virtual machine, on the remote host, or in RootlessKit's namespaces.",
  sources: [
    "https://github.com/moby/moby/issues/48514",
    "https://github.com/microsoft/WSL/issues/10494",
    "moby libnetwork/drivers/bridge/wsl2_linux.go (v28.5.2)",
    "https://docs.docker.com/engine/security/rootless/troubleshoot/",
  ],
  needs: ["docker-network-inspect", "ip-addr"],
  *run({ host }) {
    const mirrored = hostInterfaces(host).get("loopback0");
    if (!bridgesAreElsewhere(host)) {
      if (mirrored === undefined) return;
      yield {
        subject: hostSubject(host),
        severity: "info",
        message:
          "WSL2 shares Windows' network in mirrored mode (loopback0): connections from Windows to 127.0.0.1 come in by loopback0.",
        evidence: mirrored.sources,
      };
      return;
    }
    const expected = dockerBridges(host);
    yield {
      subject: hostSubject(host),
      sureness: host.engine.rootless === true ? "proven" : "strong",
      message: `None of the bridges of ${some(expected.map(({ network, name }) => `${network.name} (${name})`))} is among the host's interfaces: ${likelyCause(host)}.`,
      evidence: [...host.engine.sources.slice(0, 1), ...expected.flatMap(({ network }) => network.sources).slice(0, 5)],
      fix: {
        text: "Run the collector again in the network namespace of dockerd.",
        commands:
          host.engine.rootless === true
            ? [sh`nsenter -U --preserve-credentials -n -t "$(cat "$XDG_RUNTIME_DIR/docker.pid")" ip a`]
            : [sh`docker context ls`, sh`docker info --format '{{.OperatingSystem}} {{.Name}}'`],
        cutsTraffic: false,
      },
    };
  },
});

/** What usually keeps an engine's bridges out of sight. */
function likelyCause(host: Host): string {
  const links = [...hostInterfaces(host).values()].filter(({ flags }) => !flags.includes("LOOPBACK"));
  const system = `${host.identity.os ?? ""} ${host.identity.kernel ?? ""}`;
  if (host.engine.rootless === true) return "the engine is rootless, and its bridges are in RootlessKit's namespace";
  if (/docker desktop|linuxkit/i.test(system)) return "Docker Desktop runs the engine in a virtual machine";
  if (links.some(({ name }) => name === "loopback0")) return "WSL2 keeps the engine in a namespace of its own";
  if (links.length > 0 && links.every(({ peer }) => peer?.kind === "index"))
    return "the host's commands seem to have run inside a container";
  return "the engine may be remote (DOCKER_HOST, a context), rootless, or in a virtual machine";
}
