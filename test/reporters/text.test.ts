import { expect, test } from "vitest";
import { textWidth } from "../../src/lib/text-width.ts";
import { analyze } from "../../src/operations/analyze.ts";
import { text } from "../../src/reporters/analysis/text.ts";
import { analysisNamed } from "../support/hostile.ts";
import { snapshotOf } from "../support/snapshot-of.ts";
import { syntheticSnapshot } from "../support/synthetic-snapshot.ts";

const plain = { width: 100, color: false };

test("every container of a large host is shown, in lines that fit", () => {
  const report = text(analyze(syntheticSnapshot({ containers: 200, rules: 0 })), plain);
  for (let i = 1; i <= 200; i++) expect(report).toMatch(new RegExp(`service-${i}\\b`));
  expect(report.split("\n").filter((line) => textWidth(line) > 100)).toEqual([]);
});

test("interfaces in a circle, bonds and vlans appear once each", () => {
  const report = text(
    analyze(
      snapshotOf({
        "ip-addr": ["1: a@b:", "2: b@c:", "3: c@a:"]
          .map(
            (head) =>
              `${head} <UP,LOWER_UP> mtu 1500 state UP \n    link/ether 52:54:00:00:00:0${head[0]} brd ff:ff:ff:ff:ff:ff\n    vlan id 7 \n`,
          )
          .join(""),
      }),
    ),
    plain,
  );
  for (const name of ["a", "b", "c"]) expect(report.match(new RegExp(`─ ${name} `, "g"))).toHaveLength(1);
});

test("a long list is counted, not cut in silence", () => {
  const lines = Array.from({ length: 25 }, (_, i) => `line ${i}\n`).join("");
  const report = text(analyze(snapshotOf({ "ip-route": `default via 192.0.2.1 dev eth0\n${lines}` })), plain);
  expect(report).toContain("25 lines not understood");
  expect(report).toContain("… and 15 more");
});

test("ranges of published ports become one line", () => {
  const analysis = analysisNamed("web");
  const ports = [8000, 8001, 8002, 9000].flatMap((hostPort) =>
    ["0.0.0.0", "::"].map((hostAddress) => ({
      container: "web",
      protocol: "tcp",
      hostAddress,
      hostPort,
      containerPort: hostPort,
      knownFrom: "engine" as const,
      sources: [],
    })),
  );
  const report = text({ ...analysis, publishedPorts: ports }, plain);
  expect(report).toContain("0.0.0.0:8000-8002, [::]:8000-8002  → web:8000-8002/tcp\n");
  expect(report).toContain("0.0.0.0:9000, [::]:9000           → web:9000/tcp\n");
});
