import type { CheckReport, Finding } from "../checks/check.ts";
import { type Labels, labelHosts } from "../diff/match/labels.ts";
import type { Matching } from "../diff/match/match.ts";
import type { Host } from "../model/host.ts";
import type { Comparison } from "../results/comparison.ts";

/** A host and what the checks say of it. */
export interface Checked {
  readonly host: Host;
  readonly report: CheckReport;
}

export interface FindingChanges {
  readonly new: Comparison["findings"]["new"];
  readonly gone: Comparison["findings"]["gone"];
  readonly same: number;
  readonly incomparable: Comparison["incomparable"];
}

/**
 * Findings by check and subject. The subject counts as the same when it is the same thing, whatever it is called. A check that
 * ran on one side only says nothing about the other.
 */
export function compareFindings(before: Checked, after: Checked, matching: Matching): FindingChanges {
  const labels = labelHosts(before.host, after.host, matching);
  const [left, right] = [keyed(before, labels.before), keyed(after, labels.after)];
  const skipped = { before: skippedIn(before), after: skippedIn(after) };
  const only = (
    some: ReadonlyMap<string, Placed>,
    others: ReadonlyMap<string, Placed>,
    unseen: ReadonlyMap<string, string>,
  ) => {
    const listed = [...some].filter(([key, { finding }]) => !others.has(key) && !unseen.has(finding.check));
    const findings = new Set(listed.map(([, { finding }]) => finding));
    return listed.map(([, { finding, causes }]) => inShort(finding, causes.find((one) => findings.has(one)) ?? null));
  };
  const halfRun = (here: ReadonlyMap<string, string>, there: ReadonlyMap<string, string>, when: string) =>
    [...here].flatMap(([check, why]) => (there.has(check) ? [] : [{ what: `check ${check}`, why: `${when}: ${why}` }]));
  return {
    new: only(right, left, skipped.before),
    gone: only(left, right, skipped.after),
    same: [...left.keys()].filter((key) => right.has(key)).length,
    incomparable: [
      ...halfRun(skipped.before, skipped.after, "before"),
      ...halfRun(skipped.after, skipped.before, "after"),
    ],
  };
}

const skippedIn = ({ report }: Checked): ReadonlyMap<string, string> =>
  new Map(report.skipped.map(({ check, why }) => [check, why]));

/** All findings, consequences included, each by what it is about. Several about one thing are told apart by their order. */
function keyed({ host, report }: Checked, labels: Labels): ReadonlyMap<string, Placed> {
  const ids = new Map(host.networks.map(({ name, id }) => [name, id]));
  const subjectOf = ({ kind, name }: Finding["subject"]): string => {
    if (kind === "container") return labels.container(name);
    if (kind === "network") return labels.network(ids.get(name) ?? name);
    if (kind === "bridge" || kind === "interface") return labels.interfaceLabel(name);
    return labels.text(name);
  };
  const found = new Map<string, Placed>();
  for (const placed of flatten(report.findings, [])) {
    const { finding } = placed;
    const key = `${finding.check} ${finding.subject.kind} ${subjectOf(finding.subject)}`;
    let unique = key;
    for (let count = 2; found.has(unique); count++) unique = `${key} ${count}`;
    found.set(unique, placed);
  }
  return found;
}

/** A finding with those that it follows from, the nearest first. */
interface Placed {
  readonly finding: Finding;
  readonly causes: readonly Finding[];
}

const flatten = (findings: readonly Finding[], causes: readonly Finding[]): readonly Placed[] =>
  findings.flatMap((finding) => [{ finding, causes }, ...flatten(finding.consequences, [finding, ...causes])]);

const inShort = (
  { check, severity, subject, message, evidence }: Finding,
  cause: Finding | null,
): Comparison["findings"]["new"][number] => ({
  check,
  severity,
  subject,
  message,
  follows: cause === null ? null : { check: cause.check, subject: cause.subject },
  sources: evidence.map(({ file, line }) => ({ file, line })),
});
