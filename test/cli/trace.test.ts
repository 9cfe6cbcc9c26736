import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { answerSchema } from "../../src/results/answer.ts";
import { runCommand, runHere, showRun } from "../support/run-command.ts";

const compose = "fixtures/hosts/compose-docker28.zip";
const questions = [
  '{"from": "proxy", "to": "app:3000"}',
  '{"from": "grafana", "to": "172.20.1.4:5432", "about": "somebody\'s own member"}',
  "",
  "from grafana to mysql",
  '{"from": "nobody", "to": "app:3000"}',
  '{"from": "proxy", "to": "app:3000", "state": "old"}',
  '{"from": "proxy", "to": "app:3000", "sourcePort": 0}',
  '{"from": "proxy", "to": "app:3000", "state": "established", "sourcePort": 40000}',
].join("\n");

/** Runs of the command, each compared with its golden file: what was typed, what came out, and how it ended. */
const runs: Readonly<Record<string, { readonly args: readonly string[]; readonly stdin?: string }>> = {
  published: { args: [compose, "--from", "203.0.113.50", "--to", "192.168.50.10:80"] },
  isolated: { args: [compose, "--from", "grafana", "--to", "172.20.1.4:5432"] },
  proxied: { args: [compose, "--from", "grafana", "--to", "host:80"] },
  "nobody-listens": { args: [compose, "--from", "proxy", "--to", "app:80"] },
  "not-resolved": { args: [compose, "--from", "grafana", "--to", "mysql:3306"] },
  outside: { args: [compose, "--from", "proxy", "--to", "192.0.2.1:443"] },
  icmp: { args: [compose, "--from", "proxy", "--to", "mysql/icmp", "-v"] },
  json: { args: [compose, "--from", "grafana", "--to", "172.20.1.4:5432", "-f", "json"] },
  colour: { args: [compose, "--from", "proxy", "--to", "app:80", "--color"] },
  policy: { args: ["fixtures/hosts/ufw-docker28.zip", "--from", "web", "--to", "172.17.0.1:8081"] },
  "docker-user": { args: ["fixtures/hosts/dockeruser-docker28.zip", "--from", "eth0", "--to", "host:8443"] },
  "any-interface": { args: ["fixtures/hosts/ipv6-docker28.zip", "--from", "eth0", "--to", "host:8081"] },
  macvlan: { args: ["fixtures/hosts/drivers-docker28.zip", "--from", "host", "--to", "192.168.50.70:80"] },
  "nobody-behind": { args: ["fixtures/hosts/inside-docker28.zip", "--from", "mute", "--to", "172.18.0.1:8000"] },
  nftables: { args: ["fixtures/hosts/noicc-noproxy-docker29nft.zip", "--from", "o1", "--to", "o2:80"] },
  "unknown-name": { args: [compose, "--from", "nobody", "--to", "app:80"] },
  "no-port": { args: [compose, "--from", "proxy", "--to", "app"] },
  "no-question": { args: [compose, "--from", "proxy"] },
  "bad-port": { args: [compose, "--from", "proxy", "--to", "app:80", "--source-port", "70000"] },
  expected: {
    args: [compose, "--from", "grafana", "--to", "172.20.1.4:5432", "--expect", "delivered", "-f", "ndjson"],
  },
  "queries-and-from": { args: [compose, "--queries", "-", "--from", "proxy"] },
  "queries-as-text": { args: [compose, "--queries", "-", "-f", "text"] },
  "queries-missing": { args: [compose, "--queries", "no-such-file.ndjson"] },
  "two-standard-inputs": { args: ["-", "--queries", "-"] },
};

describe("runs of trace", () => {
  test.each(Object.entries(runs))("%s", async (name, { args }) => {
    await expect(await showRun(["trace", ...args])).toMatchFileSnapshot(`../golden/cli/trace-${name}.txt`);
  });
});

describe("many questions in one run", () => {
  const scratch = mkdtempSync(join(tmpdir(), "vethscope-trace-"));
  afterAll(() => rmSync(scratch, { recursive: true }));
  const answersOf = (stdout: string) =>
    stdout
      .trimEnd()
      .split("\n")
      .map((line) => answerSchema.parse(JSON.parse(line)));

  test("are answered in their order, and one that is none does not end the run", () => {
    const { status, stdout, stderr } = runCommand(["trace", compose, "--queries", "-"], questions);
    expect(status).toBe(3);
    expect(stderr).toBe("vethscope: 4 of 7 questions of standard input could not be answered\n");
    expect(answersOf(stdout).map(({ from, verdict, line, error }) => [from, verdict, line, error])).toEqual([
      ["proxy", "delivered", undefined, undefined],
      ["grafana", "dropped", undefined, undefined],
      [null, "unknown", 4, 'the line is no JSON object {"from": …, "to": …}'],
      ["nobody", "unknown", 5, expect.stringContaining('"nobody" is no container')],
      ["proxy", "unknown", 6, '"state" is neither "new" nor "established"'],
      ["proxy", "unknown", 7, '"sourcePort" is no port (1 to 65535)'],
      ["proxy", "delivered", undefined, undefined],
    ]);
  });

  test("are no longer than any question: a longer line is refused, and the next one answered", async () => {
    const long = `{"from": "proxy", "to": "app:3000", "about": "${"x".repeat(200_000)}"}`;
    const { status, stdout } = await runHere(
      ["trace", compose, "--queries", "-"],
      `${long}\n${questions.split("\n")[0]}`,
    );
    expect(status).toBe(3);
    expect(answersOf(stdout).map(({ verdict, line, error }) => [verdict, line, error])).toEqual([
      ["unknown", 1, "the line is longer than the 65536 characters that a question may have"],
      ["delivered", undefined, undefined],
    ]);
  });

  test("are answered again when they are asked again, and errors each with the line of its own", async () => {
    const [first, wrong] = [`{"from": "proxy", "to": "app:3000"}`, `{"from": "nobody", "to": "app:3000"}`];
    const lines = [first, wrong, first, `{"from": "app", "to": "proxy:80"}`, wrong, first];
    const { status, stdout } = await runHere(["trace", compose, "--queries", "-"], lines.join("\n"));
    expect(status).toBe(3);
    const answers = answersOf(stdout);
    expect(answers.map(({ from, line }) => [from, line])).toEqual([
      ["proxy", undefined],
      ["nobody", 2],
      ["proxy", undefined],
      ["app", undefined],
      ["nobody", 5],
      ["proxy", undefined],
    ]);
    expect(answers[2]).toEqual(answers[0]);
    expect(answers[5]).toEqual(answers[0]);
  });

  test("come from a file, and the answers go to one", async () => {
    const [input, output] = [join(scratch, "questions.ndjson"), join(scratch, "answers.ndjson")];
    writeFileSync(input, `${questions.split("\n", 2).join("\r\n")}\r\n`);
    const args = ["trace", compose, "--queries", input, "-o", output];
    expect(await runHere(args)).toEqual({ status: 0, stdout: "", stderr: "" });
    expect(answersOf(readFileSync(output, "utf8")).map(({ verdict }) => verdict)).toEqual(["delivered", "dropped"]);
    expect((await runHere([...args, "--expect", "delivered"])).status).toBe(1);
  });

  test("give the same answer as one alone", async () => {
    const question = { from: "203.0.113.50", to: "192.168.50.10:80" };
    const alone = (await runHere(["trace", compose, "--from", question.from, "--to", question.to, "-f", "ndjson"]))
      .stdout;
    expect((await runHere(["trace", compose, "--queries", "-"], JSON.stringify(question))).stdout).toBe(alone);
  });
});
