import { describe, expect, test } from "vitest";
import { verdictCodes } from "../../src/reasons/verdict-codes.ts";
import { makeTracer } from "../../src/trace/trace.ts";
import { someOf } from "../support/extent.ts";
import { bundledHost } from "../support/fixtures.ts";
import { findHosts } from "../truth/hosts.ts";
import { ask, type ContainerSpec, db, far, iptables, type LabWishes, web } from "./lab.ts";

const usual: LabWishes = { containers: [web, db, far] };
const ruled = (rules: Parameters<typeof iptables>[0]): LabWishes => ({
  ...usual,
  texts: { "iptables-save": iptables(rules) },
});
const noListener = "Netid State  Recv-Q Send-Q Local Address:Port Peer Address:Port\n";
const published: ContainerSpec = { ...web, published: { 8080: 80 } };

describe("the code of an answer", () => {
  test.each<[code: string, wishes: LabWishes, from: string, to: string]>([
    ["delivered", usual, "web", "db:80"],
    ["dropped-by-rule", ruled({ filter: ["-A FORWARD -j DROP"] }), "far", "172.18.0.2:80"],
    ["dropped-by-policy", ruled({ filter: [":FORWARD DROP"] }), "far", "172.18.0.2:80"],
    [
      "isolated-network",
      ruled({
        filter: [
          ":DOCKER-ISOLATION-STAGE-1 -",
          "-A FORWARD -j DOCKER-ISOLATION-STAGE-1",
          "-A DOCKER-ISOLATION-STAGE-1 -j DROP",
        ],
      }),
      "far",
      "172.18.0.2:80",
    ],
    [
      "not-published",
      ruled({ filter: [":DOCKER -", "-A FORWARD -o br-app -j DOCKER", "-A DOCKER ! -i br-app -o br-app -j DROP"] }),
      "192.0.2.77@eth0",
      "172.18.0.2:80",
    ],
    ["answer-lost", ruled({ filter: ["-A FORWARD -o br-other -j DROP"] }), "far", "172.18.0.2:80"],
    ["rejected-by-rule", ruled({ filter: ["-A FORWARD -p tcp -j REJECT"] }), "far", "172.18.0.2:80"],
    ["no-listener", { ...usual, texts: { "ss-listen": noListener } }, "192.0.2.77@eth0", "192.0.2.10:81"],
    [
      "not-translated",
      { containers: [published, db], texts: { "ss-listen": noListener } },
      "192.0.2.77@eth0",
      "192.0.2.10:8080",
    ],
    ["no-neighbour", usual, "host", "172.18.0.99:80"],
    ["name-unknown", usual, "far", "web:80"],
    ["not-evaluated", ruled({ filter: ["-A FORWARD -m limit --limit 3/min -j DROP"] }), "far", "172.18.0.2:80"],
    ["not-captured", { ...usual, without: ["iptables-save", "nft-ruleset"] }, "far", "172.18.0.2:80"],
  ])("%s", (code, wishes, from, to) => {
    const answer = ask(wishes, from, to);
    expect(answer.code, answer.because.join("; ")).toBe(code);
  });
});

test.each(someOf(findHosts("fixtures/hosts"), 6))(
  "$name: code and decision go with the verdict",
  async ({ name, truth }) => {
    const { trace } = makeTracer(await bundledHost(name));
    for (const { from, to } of truth.filter((_, i) => i % 7 === 0)) {
      const { verdict, code, decision } = trace({ from, to });
      const label = `${from} → ${to}: ${verdict} ${code}`;
      expect(verdictCodes[code].verdict.split(/\W+/), label).toContain(verdict);
      const isStopped =
        verdict === "rejected" || ["dropped-by-rule", "dropped-by-policy", "isolated-network"].includes(code);
      if (isStopped) expect(decision, label).not.toBeNull();
      if (verdict !== "rejected" && verdict !== "dropped") expect(decision, label).toBeNull();
    }
  },
);
