import { isDeepStrictEqual } from "node:util";
import { openSnapshot, readSnapshot } from "../../src/captures/read-snapshot.ts";
import { type Snapshot, SnapshotError } from "../../src/captures/snapshot.ts";
import { checks } from "../../src/checks/registry.ts";
import { runChecks } from "../../src/checks/run-checks.ts";
import { jsonLine, jsonText } from "../../src/lib/json-text.ts";
import type { Host } from "../../src/model/host.ts";
import { analyze, describeHost, rebuildHost } from "../../src/operations/analyze.ts";
import { makeAsk } from "../../src/operations/ask.ts";
import { assertPolicy } from "../../src/operations/assert.ts";
import { analyzeAndCheck, check } from "../../src/operations/check.ts";
import { compare } from "../../src/operations/compare.ts";
import { parseAs, printAs } from "../../src/parsers/parse-capture.ts";
import { PolicyError } from "../../src/policy/policy.ts";
import { readPolicy } from "../../src/policy/read/read-policy.ts";
import { markdownReport } from "../../src/reporters/analysis/markdown.ts";
import { reporters } from "../../src/reporters/analysis/registry.ts";
import { assertionsReporters } from "../../src/reporters/assertions/registry.ts";
import { comparisonReporters } from "../../src/reporters/comparison/registry.ts";
import { stat } from "../../src/reporters/comparison/stat.ts";
import { isEqual } from "../../src/reporters/comparison/summary.ts";
import { findingsReporters } from "../../src/reporters/findings/registry.ts";
import { traceText } from "../../src/reporters/trace/text.ts";
import { analysisSchema } from "../../src/results/analysis.ts";
import { answerSchema } from "../../src/results/answer.ts";
import { assertionsSchema } from "../../src/results/assertions.ts";
import { comparisonSchema } from "../../src/results/comparison.ts";
import { findingsSchema } from "../../src/results/findings.ts";
import { QuestionError } from "../../src/trace/answer.ts";
import { makeTracer } from "../../src/trace/trace.ts";
import { makeRandom, type Random } from "../support/random.ts";
import { withoutLines } from "../support/without-lines.ts";
import { askQuestions, writePolicy } from "./ask.ts";
import type { Complaint } from "./complaint.ts";
import type { Files } from "./corpus.ts";
import { judgeCommands } from "./judge-commands.ts";
import { about, judgeShape, judgeSources } from "./judge-outputs.ts";
import type { Case } from "./make-case.ts";
import { Play } from "./play.ts";

/** Takes a case through everything that a person can ask for. `onStep` hears what is done next; nothing is thrown. */
export async function playCase(one: Case, onStep: (step: string) => void = () => {}): Promise<readonly Complaint[]> {
  const play = new Play(onStep);
  const random = makeRandom(one.seed);
  const snapshot = await play.wait("open", () => open(one), SnapshotError);
  if (snapshot === null) return play.complaints;
  parse(play, snapshot, random);
  const host = play.run("model", () => rebuildHost(snapshot));
  if (host === null) return play.complaints;
  show(play, host, snapshot);
  checkAll(play, snapshot);
  trace(play, host, random, snapshot);
  playPolicy(play, snapshot, writePolicy(host, random));
  if (random.chance(0.2)) showChecked(play, host, snapshot);
  if (random.chance(0.1)) again(play, one);
  if (random.chance(0.06)) diff(play, snapshot, one.base.files, random);
  return play.complaints;
}

const open = ({ zip, files }: Pick<Case, "zip" | "files">): Promise<Snapshot> =>
  zip === null ? Promise.resolve().then(() => readSnapshot(files, "case")) : openSnapshot(zip, "case.zip");

function parse(play: Play, { captures }: Snapshot, random: Random): void {
  for (const capture of captures) {
    if (capture.state !== "ok") continue;
    const { kind, text } = capture;
    const parsed = play.run(`parse ${kind}`, () => parseAs(kind, text));
    if (parsed === null) continue;
    play.run(`parse ${kind}`, () => jsonText(parsed.data));
    if (!random.chance(0.3)) continue;
    const back = play.run(`parse ${kind} --print`, () => parseAs(kind, printAs(kind, parsed.data)).data);
    if (back !== null && !isDeepStrictEqual(withoutLines(back), withoutLines(parsed.data)))
      play.judge(
        about(
          `parse ${kind} --print`,
          "is not read back as the same",
          firstDifference(withoutLines(parsed.data), withoutLines(back)),
        ),
      );
  }
}

function show(play: Play, host: Host, snapshot: Snapshot): void {
  const analysis = play.run("analyze", () => describeHost(host, snapshot));
  if (analysis === null) return;
  play.judge(...judgeShape("analyze", analysisSchema, analysis), ...judgeSources("analyze", analysis, snapshot));
  play.report("show", reporters, analysis);
}

function checkAll(play: Play, snapshot: Snapshot): void {
  const report = play.run("check", () => check(snapshot));
  if (report === null) return;
  play.judge(
    ...judgeShape("check", findingsSchema, report),
    ...judgeSources("check", report.findings, snapshot, true),
    ...judgeCommands("check", report),
  );
  play.report("check", findingsReporters, report);
}

/** What holds an analysis and findings at once. */
function showChecked(play: Play, host: Host, snapshot: Snapshot): void {
  const analysis = play.run("analyze with findings", () => analyzeAndCheck(snapshot));
  if (analysis === null) return;
  const { text, json, svg, html } = reporters;
  play.report("analyze", { text, json, svg, html }, analysis);
  const markdown = () => markdownReport(analysis, runChecks(host, snapshot, checks));
  play.report("report", { markdown }, null);
}

function trace(play: Play, host: Host, random: Random, snapshot: Snapshot): void {
  const ask = play.run("trace", () => makeAsk(makeTracer(host)));
  if (ask === null) return;
  for (const question of askQuestions(host, random, 12)) {
    const options = { verbose: random.chance(0.3) };
    const answer = play.run("trace", () => ask(question, options), QuestionError);
    if (answer === null) continue;
    play.judge(...judgeShape("trace", answerSchema, answer), ...judgeSources("trace", answer, snapshot));
    play.report("trace", { text: traceText, json: jsonText, ndjson: jsonLine }, answer);
  }
}

function playPolicy(play: Play, snapshot: Snapshot, policy: string): void {
  const read = play.run("policy", () => readPolicy(policy, "policy.yml"), PolicyError);
  if (read === null) return;
  const report = play.run("assert", () => assertPolicy(snapshot, read), PolicyError);
  if (report === null) return;
  play.judge(...judgeShape("assert", assertionsSchema, report), ...judgeSources("assert", report, snapshot));
  play.report("assert", assertionsReporters, report);
}

/** The same files in another order are the same snapshot, and the same snapshot gives the same results. */
function again(play: Play, { files }: Case): void {
  const texts = [[...files], [...files].reverse()].map((ordered) =>
    play.run(
      "again",
      () => {
        const snapshot = readSnapshot(new Map(ordered), "case");
        return JSON.stringify([analyze(snapshot), check(snapshot)]);
      },
      SnapshotError,
    ),
  );
  if (texts[0] !== texts[1]) play.judge(about("again", "is not the same the second time", ""));
}

function diff(play: Play, snapshot: Snapshot, base: Files, random: Random): void {
  const before = play.run("open", () => readSnapshot(base, "base"), SnapshotError);
  if (before === null) return;
  const pair = random.chance(0.5) ? ([before, snapshot] as const) : ([snapshot, before] as const);
  const comparison = play.run("diff", () => compare(...pair));
  if (comparison !== null) {
    play.judge(...judgeShape("diff", comparisonSchema, comparison));
    play.report("diff", { ...comparisonReporters, stat }, comparison);
  }
  if (random.chance(0.5)) return;
  const same = play.run("diff with itself", () => compare(snapshot, snapshot));
  if (same !== null && !isEqual(same))
    play.judge(about("diff with itself", "finds a difference", JSON.stringify(same.summary)));
}

/** Where two values part, as a path and both texts. */
function firstDifference(one: unknown, other: unknown, path = ""): string {
  if (typeof one === "object" && typeof other === "object" && one !== null && other !== null) {
    for (const key of new Set([...Object.keys(one), ...Object.keys(other)])) {
      const [a, b] = [(one as Record<string, unknown>)[key], (other as Record<string, unknown>)[key]];
      if (!isDeepStrictEqual(a, b)) return firstDifference(a, b, `${path}.${key}`);
    }
  }
  return `${path}: ${JSON.stringify(one)?.slice(0, 200)} became ${JSON.stringify(other)?.slice(0, 200)}`;
}
