import type { Finding } from "../checks/check.ts";
import { indexOf, nodeOf } from "../reporters/picture/finding-nodes.ts";
import type { Opened } from "./worker/messages.ts";

/** Findings with those that follow from them, each after its cause. */
export function flatten(findings: readonly Finding[]): Finding[] {
  return findings.flatMap((finding) => [finding, ...flatten(finding.consequences)]);
}

export function findingsAbout(node: string, { analysis, findings }: Opened): Finding[] {
  const index = indexOf(analysis);
  return flatten(findings?.findings ?? []).filter((finding) => nodeOf(finding, index) === node);
}
