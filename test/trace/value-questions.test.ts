import { expect, test } from "vitest";
import { literalAddress } from "../../src/lib/literals.ts";
import { rebuildHost } from "../../src/operations/analyze.ts";
import { QuestionError } from "../../src/trace/answer.ts";
import { formatTarget, pingAt, readTarget, targetAt } from "../../src/trace/question.ts";
import { makeTracer, type ValueQuestion } from "../../src/trace/trace.ts";
import { labSnapshot } from "./lab.ts";

const tracer = makeTracer(rebuildHost(labSnapshot({})));
const [web, web6] = [literalAddress("172.18.0.2"), literalAddress("fd00:18::2")];
const stranger = { address: literalAddress("203.0.113.9"), interface: "eth0" };

test.each([
  [
    { from: "db", to: targetAt(web, { protocol: "tcp", port: 80 }) },
    { from: "db", to: "172.18.0.2:80" },
  ],
  [
    { from: "db", to: targetAt(web6, { protocol: "udp", port: 53 }) },
    { from: "db", to: "[fd00:18::2]:53/udp" },
  ],
  [
    { from: "host", to: pingAt(web) },
    { from: "host", to: "172.18.0.2/icmp" },
  ],
  [
    { from: "db", to: pingAt(web6) },
    { from: "db", to: "[fd00:18::2]/icmp" },
  ],
  [
    { from: stranger, to: "web:80" },
    { from: "203.0.113.9@eth0", to: "web:80" },
  ],
  [
    { from: stranger, to: pingAt(web), state: "established" },
    { from: "203.0.113.9@eth0", to: "172.18.0.2/icmp" },
  ],
] satisfies readonly (readonly [ValueQuestion, { from: string; to: string }])[])(
  "%o is answered as the same question in words",
  (question, words) => {
    const answer = tracer.trace(question);
    expect(answer).toMatchObject(words);
    expect(answer).toEqual(tracer.trace({ ...question, ...words }));
  },
);

test("a machine cannot come by an interface that is not there", () => {
  const to = targetAt(web, { protocol: "tcp", port: 80 });
  expect(() => tracer.trace({ from: { ...stranger, interface: "eth9" }, to })).toThrow(QuestionError);
});

test.each(["tcp", "udp", "sctp"] as const)("a target of %s is written as it is read", (protocol) => {
  const target = targetAt(web6, { protocol, port: 8080 });
  const { address, protocol: number, port } = readTarget(formatTarget(target));
  expect({ address, protocol: number, port, assumes: [] }).toEqual(target);
});
