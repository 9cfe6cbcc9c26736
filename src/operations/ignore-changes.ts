import { formatEndpoint, formatPort } from "../lib/endpoint.ts";
import { matchesGlob } from "../lib/glob.ts";
import { outsideWord } from "../model/namespace-id.ts";
import type { Comparison, FlowReport } from "../results/comparison.ts";
import { countFlows, countRules, countThings, pairsOf } from "./count-changes.ts";
import type { IgnoreKind, IgnorePattern } from "./ignore-patterns.ts";

/** The comparison without what a pattern names; how much that is stands in its summary. */
export function ignoreChanges(comparison: Comparison, patterns: readonly IgnorePattern[]): Comparison {
  if (patterns.length === 0) return comparison;
  const named = (kind: IgnoreKind) => patterns.filter((one) => one.kind === kind).map(({ name }) => name);
  const fits = (kind: IgnoreKind, ...texts: readonly string[]) =>
    named(kind).some((name) => texts.some((text) => matchesGlob(name, text)));

  const changes = comparison.changes.filter(
    ({ thing, formerly }) => !fits(thing.kind as IgnoreKind, thing.name, ...(formerly === null ? [] : [formerly.name])),
  );
  const chains = comparison.chains.flatMap((chain) => withoutRules(chain, named("rule")));
  const isKept = ({ check, subject }: Comparison["findings"]["new"][number]) =>
    !fits("finding", check, `${check}/${subject.name}`);
  const findings = { new: comparison.findings.new.filter(isKept), gone: comparison.findings.gone.filter(isKept) };
  const flows = comparison.flows.flatMap((flow) => named("flow").reduce(withoutFlows, [flow]));

  const countAll = (one: Pick<Comparison, "flows" | "changes" | "chains" | "findings">) =>
    pairsOf(one.flows) +
    one.changes.length +
    one.chains.reduce((sum, chain) => sum + editsOf(chain), 0) +
    one.findings.new.length +
    one.findings.gone.length;
  const { summary } = comparison;
  return {
    ...comparison,
    ...withCauses(flows, comparison.causes),
    changes,
    chains,
    findings,
    summary: {
      flows: { ...summary.flows, ...countFlows(flows) },
      things: countThings(changes),
      rules: countRules(chains),
      findings: { ...summary.findings, new: findings.new.length, gone: findings.gone.length },
      ignored: summary.ignored + countAll(comparison) - countAll({ flows, changes, chains, findings }),
    },
  };
}

type ChainReport = Comparison["chains"][number];

/** An empty chain that came or went counts as one. */
const editsOf = ({ kind, edits, policy }: ChainReport): number =>
  Math.max(edits.length + (policy === null ? 0 : 1), kind === "changed" ? 0 : 1);

/** A chain without the rules that fit: named as `table/chain`, all of it; or by their own text. */
function withoutRules(chain: ChainReport, patterns: readonly string[]): readonly ChainReport[] {
  if (patterns.length === 0) return [chain];
  const { place, formerly, edits, policy, lines } = chain;
  const names = [place, ...(formerly === null ? [] : [formerly])].map((one) => `${one.table}/${one.chain}`);
  if (patterns.some((pattern) => names.some((name) => matchesGlob(pattern, name)))) return [];
  const fits = (text: string) => patterns.some((pattern) => matchesGlob(pattern, text));
  const kept = edits.filter(({ before, after }) => ![before, after].some((one) => one !== null && fits(one.text)));
  if (kept.length === edits.length) return [chain];
  if (kept.length === 0 && policy === null) return [];
  const without = (some: readonly string[]) => some.filter((line) => !fits(line));
  return [{ ...chain, edits: kept, lines: { before: without(lines.before), after: without(lines.after) } }];
}

/**
 * Flows without the pairs that fit `from -> to`. Of what is left of a rectangle the part with its first pair, which the traces
 * are of, comes first.
 */
function withoutFlows(flows: readonly FlowReport[], pattern: string): readonly FlowReport[] {
  const at = pattern.indexOf("->");
  const [from, to] = [pattern.slice(0, at).trim(), pattern.slice(at + 2).trim()];
  return flows.flatMap((flow): readonly FlowReport[] => {
    const fits = {
      from: flow.from.map((one) => namesOfParty(one).some((name) => matchesGlob(from, name))),
      to: flow.to.map((one) => namesOfDestination(one).some((name) => matchesGlob(to, name))),
    };
    if (!fits.from.includes(true) || !fits.to.includes(true)) return [flow];
    const others = flow.from.filter((_, i) => fits.from[i] === false);
    const same = flow.from.filter((_, i) => fits.from[i] === true);
    const kept = flow.to.filter((_, i) => fits.to[i] === false);
    const parts = [
      { ...flow, from: others },
      { ...flow, from: same, to: kept },
    ].filter((part) => part.from.length > 0 && part.to.length > 0);
    return fits.from[0] === true ? parts.toReversed() : parts;
  });
}

/** `web` on either side; outside also `outside`, for all of them. */
const namesOfParty = ({ kind, before, after }: FlowReport["from"][number]): readonly string[] => [
  ...[before, after].filter((name) => name !== null),
  ...(kind === "outside" ? [outsideWord] : []),
];

/** `web:80`, the address and port, `host:8080`, and `outside`; with `/udp` where it is not TCP. */
function namesOfDestination(destination: FlowReport["to"][number]): readonly string[] {
  const { kind, name, publishes, address, port, protocol } = destination;
  const asked = formatPort({ protocol, port });
  const texts = ({ before, after }: { readonly before: string | null; readonly after: string | null }) =>
    [before, after].filter((text) => text !== null);
  return [
    ...texts(name).map((text) => `${text.replace(/^outside /, "")}:${asked}`),
    ...(publishes === null ? [] : texts(publishes).map((text) => `${text}${asked.slice(`${port}`.length)}`)),
    ...texts(address).map((text) => formatEndpoint(text, asked)),
    ...(kind === "outside" ? [`outside:${asked}`] : []),
  ];
}

/** Only the causes of what is left, counted anew. */
function withCauses(flows: readonly FlowReport[], causes: Comparison["causes"]): Pick<Comparison, "flows" | "causes"> {
  const used = causes.map((_, i) => i).filter((i) => flows.some(({ cause }) => cause === i));
  return {
    flows: flows.map((flow) => ({ ...flow, cause: flow.cause === null ? null : used.indexOf(flow.cause) })),
    causes: used.flatMap((i) => causes[i] ?? []),
  };
}
