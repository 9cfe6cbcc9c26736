import { expect, test } from "vitest";
import { reportAnswer, reportTrouble } from "../../src/operations/report-answer.ts";
import { answerJsonSchema, answerSchema } from "../../src/results/answer.ts";
import { makeTracer } from "../../src/trace/trace.ts";
import { bundledHost } from "../support/fixtures.ts";

test("the published schema is that of the code", async () => {
  const text = `${JSON.stringify(answerJsonSchema(), null, 2)}\n`;
  await expect(text).toMatchFileSnapshot("../../schema/answer.schema.json");
});

/** One question for each kind of step and verdict. */
const questions = [
  ["compose-docker28", "203.0.113.50@eth0", "192.168.50.10:80"],
  ["compose-docker28", "grafana", "172.20.1.4:5432"],
  ["compose-docker28", "grafana", "192.168.50.10:80"],
  ["compose-docker28", "proxy", "app:80"],
  ["compose-docker28", "grafana", "mysql:3306"],
  ["compose-docker28", "proxy", "cache/icmp"],
  ["ufw-docker28", "web", "172.17.0.1:8081"],
  ["inside-docker28", "mute", "172.18.0.1:8000"],
  ["drivers-docker28", "onlan", "10.66.0.1:80"],
  ["compose-docker29nft", "proxy", "app:8080"],
] as const;

test.each(questions)(
  "%s: the answer from %s to %s is what its schema says, with nothing beside it",
  async (name, from, to) => {
    const { trace } = makeTracer(await bundledHost(name));
    for (const verbose of [false, true]) {
      const answer = reportAnswer(trace({ from, to }, { verbose }));
      expect(answerSchema.parse(answer)).toEqual(answer);
      expect(JSON.parse(JSON.stringify(answer))).toEqual(answer);
      expect(JSON.stringify(answer)).not.toContain('"conditions"');
    }
  },
);

test("a line that is no question is answered in the same shape", () => {
  const answer = reportTrouble(null, null, 3, "no question");
  expect(answer.code).toBe("not-understood");
  expect(answerSchema.parse(answer)).toEqual(answer);
});
