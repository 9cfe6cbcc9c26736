import { groupBy } from "../../../lib/group-by.ts";
import type { ResolverReport } from "../../../results/analysis.ts";
import { wrap } from "../../text/rows.ts";
import type { Style } from "../../text/style.ts";

/** One line for the host and one for each set-up that containers share: who, what, and where it leads. */
export function resolverLines(resolvers: readonly ResolverReport[], style: Style): string[] {
  const groups = groupBy(resolvers, ({ isHost, setup, knownFrom, nameservers, search, options, upstreams }) =>
    JSON.stringify([isHost, setup, knownFrom, nameservers, search, options, upstreams]),
  );
  return [...groups.values()].flatMap((group) => groupLines(group, style));
}

const setups: Readonly<Record<ResolverReport["setup"], string>> = {
  embedded: "embedded DNS",
  inherited: "inherited",
  stub: "systemd stub",
  direct: "own servers",
  none: "no servers",
};
const conclusions: Readonly<Record<ResolverReport["knownFrom"], string>> = {
  "resolv-conf": "",
  rules: "(by the NAT rules: no resolv.conf was captured)",
  settings: "(concluded: no resolv.conf was captured)",
};
const labelWidth = 12;

function groupLines(group: readonly ResolverReport[], style: Style): string[] {
  const [first] = group;
  if (first === undefined) return [];
  const names = group.flatMap(({ namespace, containers }) => (containers.length === 0 ? [namespace] : containers));
  const label = style.plain((first.isHost ? "host" : setups[first.setup]).padEnd(labelWidth));
  const room = style.width - labelWidth - 4;
  const who = names.map((name, i) => style.container(name) + (i < names.length - 1 ? "," : ""));
  const lines = [
    ...wrap(setupWords(first, group.length === 1, style), room, ""),
    ...(first.isHost ? [] : wrap(who, room, "", " ")),
  ];
  return lines.map((line, i) => `  ${i === 0 ? label : " ".repeat(labelWidth)}  ${line}`);
}

function setupWords(resolver: ResolverReport, alone: boolean, style: Style): string[] {
  const { setup, knownFrom, nameservers, upstreams, search, options, embeddedPorts } = resolver;
  const forwards = setup === "embedded" || setup === "stub";
  const ports = Object.entries(embeddedPorts ?? {}).flatMap(([protocol, port]) => {
    return port === null ? [] : [`${protocol} ${port}`];
  });
  // What is concluded from settings alone tells whose servers they are, and not which, where the host's were not captured.
  const none = knownFrom === "settings" ? "servers not captured" : "no nameserver";
  return [
    style.plain(nameservers.length === 0 ? none : nameservers.join(", ")),
    forwards ? `→ ${style.plain(upstreams.length === 0 ? "not known" : upstreams.join(", "))}` : "",
    search.length === 0 ? "" : style.quiet(`search ${search.join(" ")}`),
    options.length === 0 ? "" : style.quiet(`options ${options.join(" ")}`),
    alone && ports.length > 0 ? style.quiet(`listens on ${ports.join(", ")}`) : "",
    conclusions[knownFrom] === "" ? "" : style.quiet(conclusions[knownFrom]),
  ].filter((word) => word !== "");
}
