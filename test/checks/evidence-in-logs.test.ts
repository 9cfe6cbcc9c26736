import { expect, test } from "vitest";
import { checks } from "../../src/checks/registry.ts";
import { runChecks } from "../../src/checks/run-checks.ts";
import { rebuildHost } from "../../src/operations/analyze.ts";
import { snapshotFrom } from "../support/host-of.ts";
import { container, network } from "../support/raw-captures.ts";

/** Commands with what they printed, as a person pastes them. */
const transcript = (outputs: Readonly<Record<string, string>>): string =>
  Object.entries(outputs)
    .map(([command, output]) => `# ${command}\n${output}`)
    .join("");
const json = (value: unknown): string => `${JSON.stringify(value, null, 1)}\n`;
const engine = {
  "docker network inspect app": json([network("app", "aaaaaaaaaaaa", "172.18.0.0/16", { web: ["172.18.0.2/16"] })]),
  "docker inspect web": json([container("web", { app: ["aaaaaaaaaaaa", "172.18.0.2"] })]),
};

/** Where the findings of a check point, for a log of commands and their outputs. */
function evidenceOf(check: string, log: string): readonly string[] {
  const snapshot = snapshotFrom({ "log.txt": log });
  const { findings } = runChecks(rebuildHost(snapshot), snapshot, checks);
  return findings
    .filter(({ check: id }) => id === check)
    .flatMap(({ evidence }) => evidence.map(({ file, line }) => `${file}:${line}`));
}

test("what is missing from an output is missing behind its command, wherever in a log that stands", () => {
  const log = transcript({ ...engine, "cat /etc/docker/daemon.json": "{}\n", "cat /etc/resolv.conf": "" });
  const at = log.split("\n").indexOf("# cat /etc/resolv.conf") + 1;
  expect(evidenceOf("host-resolver-unusable-by-containers", log)).toEqual([`log.txt:${at}`]);
  expect(evidenceOf("host-resolver-unusable-by-containers", `${log}# nothing to see\n`)).toEqual([`log.txt:${at + 1}`]);
});

test("what daemon.json says is in daemon.json, wherever in a log that stands", () => {
  const rules = ["*filter", ":INPUT ACCEPT [0:0]", ":FORWARD ACCEPT [0:0]", ":OUTPUT ACCEPT [0:0]", "COMMIT", ""];
  const log = transcript({
    ...engine,
    "iptables-save": rules.join("\n"),
    "cat /etc/docker/daemon.json": json({ iptables: false }),
  });
  const at = log.split("\n").indexOf("# cat /etc/docker/daemon.json") + 2;
  expect(evidenceOf("daemon-iptables-disabled", log)).toContain(`log.txt:${at}`);
});
