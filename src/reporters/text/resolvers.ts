import type { ResolverReport } from "../../analysis.ts";
import { wrap } from "./rows.ts";
import type { Style } from "./style.ts";

/** One line for the host and one for each set-up that containers share: who, what, and where it leads. */
export function resolverLines(resolvers: readonly ResolverReport[], style: Style): string[] {
  const groups = new Map<string, ResolverReport[]>();
  for (const each of resolvers) {
    const { isHost, setup, knownFrom, nameservers, search, options, upstreams } = each;
    const key = JSON.stringify([isHost, setup, knownFrom, nameservers, search, options, upstreams]);
    groups.set(key, [...(groups.get(key) ?? []), each]);
  }
  return [...groups.values()].flatMap((group) => groupLines(group, style));
}

function groupLines(group: readonly ResolverReport[], style: Style): string[] {
  const [first] = group;
  if (first === undefined) return [];
  const who = first.isHost
    ? [style.plain("host")]
    : group
        .flatMap(({ namespace, containers }) => (containers.length === 0 ? [namespace] : containers))
        .map((name) => style.container(name));
  return [
    ...wrap(
      who.map((name, i) => (i < who.length - 1 ? `${name},` : name)),
      style.width - 2,
      "    ",
      " ",
    ).map((line) => `  ${line}`),
    ...wrap(setupWords(first, group.length === 1, style), style.width - 4, "  ", "  ").map((line) => `    ${line}`),
  ];
}

function setupWords(resolver: ResolverReport, alone: boolean, style: Style): string[] {
  const { nameservers, upstreams, search, options, embeddedPorts } = resolver;
  const servers = nameservers.length === 0 ? "no nameserver" : nameservers.join(", ");
  const what = {
    embedded: "embedded DNS",
    inherited: "the host's servers",
    stub: "systemd-resolved",
    direct: resolver.isHost ? "nameservers" : "servers of its own",
    none: "no resolver",
  }[resolver.setup];
  const forwards = resolver.setup === "embedded" || resolver.setup === "stub";
  const ports = Object.entries(embeddedPorts ?? {}).flatMap(([protocol, port]) =>
    port === null ? [] : [`${protocol} ${port}`],
  );
  return [
    `${what} ${style.plain(servers)}${forwards ? style.plain(` → ${upstreams.length === 0 ? "upstream not known" : upstreams.join(", ")}`) : ""}`,
    search.length === 0 ? "" : style.quiet(`search ${search.join(" ")}`),
    options.length === 0 ? "" : style.quiet(`options ${options.join(" ")}`),
    alone && ports.length > 0 ? style.quiet(`listens on ${ports.join(", ")}`) : "",
    resolver.knownFrom === "settings" ? style.quiet("(concluded: its resolv.conf was not captured)") : "",
  ].filter((word) => word !== "");
}
