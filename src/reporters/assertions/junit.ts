import { escapeXml } from "../../lib/escape-xml.ts";
import type { AssertionReport } from "../../results/assertions.ts";
import { type AssertionsReporter, endingOf } from "./reporter.ts";

/** JUnit XML: a test case for each assertion, with what stands against it as its failure. */
export const junit: AssertionsReporter = ({ policy, snapshot, assertions }) => {
  const failures = assertions.filter(({ passes }) => !passes).length;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    "<testsuites>",
    `  <testsuite name="${escapeXml(snapshot.hostname ?? "vethscope")}" tests="${assertions.length}" failures="${failures}" errors="0" skipped="0">`,
    ...assertions.map((one) => testCase(policy, one)),
    "  </testsuite>",
    "</testsuites>",
    "",
  ].join("\n");
};

function testCase(policy: string, assertion: AssertionReport): string {
  const { name, line, assumes, notes, problems, more } = assertion;
  const head = `    <testcase classname="${escapeXml(policy)}" name="${escapeXml(name)}" file="${escapeXml(policy)}" line="${line}"`;
  const ending = endingOf(assertion);
  const said = [
    ...(name === assertion.rule ? [] : [assertion.rule]),
    ...problems.flatMap(problemLines),
    ...(more > 0 ? [`and ${more} more`] : []),
  ];
  const remarks = [
    ...(ending === "let-pass" ? said : []),
    ...notes,
    ...assumes.map((assumed) => `assumed: ${assumed}`),
  ];
  const out = remarks.length === 0 ? [] : [`      <system-out>${remarks.map(escapeXml).join("\n")}</system-out>`];
  const message = escapeXml(problems[0]?.message ?? name);
  const failure =
    ending === "failed" || ending === "open"
      ? [`      <failure type="${assertion.outcome}" message="${message}">${said.map(escapeXml).join("\n")}</failure>`]
      : [];
  if (failure.length + out.length === 0) return `${head}/>`;
  return [`${head}>`, ...failure, ...out, "    </testcase>"].join("\n");
}

function problemLines({ message, because, evidence, asked }: AssertionReport["problems"][number]): readonly string[] {
  return [
    message,
    ...because.map((why) => `  ${why}`),
    ...evidence.map(({ file, line, quote }) => `  ${file}:${line}: ${quote}`),
    ...(asked === null ? [] : [`  asked: trace --from ${asked.from} --to ${asked.to}`]),
  ];
}
