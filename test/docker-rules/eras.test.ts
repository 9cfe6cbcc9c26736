import { describe, expect, it } from "vitest";
import { dockerChainsMissing } from "../../src/checks/drift/docker-chains-missing.ts";
import { dockerJumpMissing } from "../../src/checks/drift/docker-jump-missing.ts";
import { mixedEraDockerRules } from "../../src/checks/drift/mixed-era-docker-rules.ts";
import { networkRulesIncomplete } from "../../src/checks/drift/network-rules-incomplete.ts";
import { emptied, without } from "../../src/checks/examples/edit.ts";
import { runChecks } from "../../src/checks/run-checks.ts";
import { compareRules } from "../../src/docker-rules/compare.ts";
import { userChain } from "../../src/docker-rules/rule-set-index.ts";
import { rebuildHost } from "../../src/operations/analyze.ts";
import { snapshotOf } from "../support/snapshot-of.ts";

const bridges = ["docker0", "br-0a1b2c3d4e5f"] as const;
const subnets = ["172.17.0.0/16", "172.18.0.0/16"] as const;

const networks = JSON.stringify([
  network("bridge", "aa".repeat(32), subnets[0], { "com.docker.network.bridge.name": "docker0" }),
  network("shop", `0a1b2c3d4e5f${"0".repeat(52)}`, subnets[1], {}),
]);

function network(name: string, id: string, subnet: string, options: Readonly<Record<string, string>>): object {
  const config = [{ Subnet: subnet, Gateway: subnet.replace("0.0/16", "0.1") }];
  const own = { Name: name, Id: id, Scope: "local", Driver: "bridge", IPAM: { Driver: "default", Config: config } };
  return { ...own, Containers: {}, Options: options };
}

interface Era {
  readonly chains: readonly string[];
  /** The rules at the top of FORWARD, and those of the chains that they jump to. */
  readonly top: readonly string[];
  readonly skipsDnat: boolean;
}

/** The rules of each bridge are the same in all these engines; what keeps the bridges apart is not. */
function rulesOf({ chains, top, skipsDnat }: Era): string {
  const forward = bridges.flatMap((name) => [
    `-A FORWARD -o ${name} -j DOCKER`,
    `-A FORWARD -o ${name} -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT`,
    `-A FORWARD -i ${name} ! -o ${name} -j ACCEPT`,
    `-A FORWARD -i ${name} -o ${name} -j ACCEPT`,
  ]);
  return [
    "*filter",
    ":INPUT ACCEPT [0:0]",
    ":FORWARD ACCEPT [0:0]",
    ":OUTPUT ACCEPT [0:0]",
    ...["DOCKER", ...chains].map((name) => `:${name} - [0:0]`),
    ...top.filter((rule) => rule.startsWith("-A FORWARD")),
    ...forward,
    ...top.filter((rule) => !rule.startsWith("-A FORWARD")),
    "COMMIT",
    "*nat",
    ":PREROUTING ACCEPT [0:0]",
    ":OUTPUT ACCEPT [0:0]",
    ":POSTROUTING ACCEPT [0:0]",
    ":DOCKER - [0:0]",
    "-A PREROUTING -m addrtype --dst-type LOCAL -j DOCKER",
    "-A OUTPUT ! -d 127.0.0.0/8 -m addrtype --dst-type LOCAL -j DOCKER",
    ...bridges.map((name, at) => `-A POSTROUTING -s ${subnets[at]} ! -o ${name} -j MASQUERADE`),
    ...(skipsDnat ? bridges.map((name) => `-A DOCKER -i ${name} -j RETURN`) : []),
    "COMMIT",
    "",
  ].join("\n");
}

const user = { chain: "DOCKER-USER", top: ["-A FORWARD -j DOCKER-USER", "-A DOCKER-USER -j RETURN"] };
const inOneStage = [
  "-A FORWARD -j DOCKER-ISOLATION",
  `-A DOCKER-ISOLATION -i ${bridges[1]} -o ${bridges[0]} -j DROP`,
  `-A DOCKER-ISOLATION -i ${bridges[0]} -o ${bridges[1]} -j DROP`,
  "-A DOCKER-ISOLATION -j RETURN",
];
const stages = ["DOCKER-ISOLATION-STAGE-1", "DOCKER-ISOLATION-STAGE-2"];
const inTwoStages = [
  `-A FORWARD -j ${stages[0]}`,
  ...bridges.map((name) => `-A ${stages[0]} -i ${name} ! -o ${name} -j ${stages[1]}`),
  `-A ${stages[0]} -j RETURN`,
  ...bridges.map((name) => `-A ${stages[1]} -o ${name} -j DROP`),
  `-A ${stages[1]} -j RETURN`,
];

/** By the first version of each kind. */
const eras = {
  "1.9.1": {
    chains: [],
    top: [
      `-A FORWARD -s ${subnets[1]} -d ${subnets[0]} -j DROP`,
      `-A FORWARD -s ${subnets[0]} -d ${subnets[1]} -j DROP`,
    ],
    skipsDnat: false,
  },
  "1.12.6": { chains: ["DOCKER-ISOLATION"], top: inOneStage, skipsDnat: true },
  "17.06.0-ce": { chains: ["DOCKER-ISOLATION", user.chain], top: [...user.top, ...inOneStage], skipsDnat: true },
  "18.03.0-ce": { chains: ["DOCKER-ISOLATION", user.chain], top: [...user.top, ...inOneStage], skipsDnat: true },
  "18.03.1-ce": { chains: [...stages, user.chain], top: [...user.top, ...inTwoStages], skipsDnat: true },
  "18.04.0-ce": { chains: ["DOCKER-ISOLATION", user.chain], top: [...user.top, ...inOneStage], skipsDnat: true },
  "18.06.3-ce": { chains: [...stages, user.chain], top: [...user.top, ...inTwoStages], skipsDnat: true },
} satisfies Readonly<Record<string, Era>>;

const checks = [dockerChainsMissing, dockerJumpMissing, networkRulesIncomplete, mixedEraDockerRules];

function judge(rules: string, version: string | null, inspect = networks) {
  const snapshot = snapshotOf({
    "docker-network-inspect": inspect,
    "iptables-save": rules,
    ...(version === null ? {} : { "docker-version": JSON.stringify({ Server: { Version: version } }) }),
  });
  const host = rebuildHost(snapshot);
  const { layout, families } = compareRules(host);
  const findings = runChecks(host, snapshot, checks).findings.map(({ check }) => check);
  return { host, layout: layout?.id, missing: families[0]?.missing.map(({ expected }) => expected.text), findings };
}

describe.each(Object.entries(eras))("the rules of %s", (version, era) => {
  const rules = rulesOf(era);
  const [, minor] = version.split(".");
  const layout = era.chains.some((name) => name === stages[0]) ? "18.03.1" : minor === "9" ? "1.9" : "1.10";

  it.each([version, null])("are whole when docker version says %s", (said) => {
    expect(judge(rules, said)).toMatchObject({ layout, missing: [], findings: [] });
  });

  it("lack just the one that keeps two networks apart, when it went", () => {
    const [line = ""] = era.top.filter((rule) => rule.endsWith("-j DROP"));
    const { missing, findings } = judge(without(rules, line), version);
    expect(missing).toEqual([line.replace(/^-A \S+ /, "")]);
    expect(findings).toEqual(["network-rules-incomplete"]);
  });

  it("were flushed, when they are", () => {
    // With nothing published the one chain of 1.9, DOCKER, is empty by right, and the networks' rules in FORWARD are what tells.
    const lost = layout === "1.9" ? bridges.map(() => "network-rules-incomplete") : ["docker-chains-missing"];
    expect(judge(emptied(rules, "filter"), version).findings).toEqual(lost);
  });

  it("say where a person's own rules belong", () => {
    const { host } = judge(rules, version);
    expect(userChain(host, 4)).toBe(era.chains.some((name) => name === "DOCKER-USER") ? "DOCKER-USER" : "FORWARD");
  });
});

describe("without a version", () => {
  it("chains of a later engine that went are missed, since more of it is there", () => {
    const rules = without(rulesOf(eras["18.06.3-ce"]), "ISOLATION");
    expect(judge(rules, null)).toMatchObject({ layout: "18.03.1", findings: ["docker-chains-missing"] });
  });
});

describe("with the chain of another engine", () => {
  it("an upgrade that left both ways of isolation behind is a mixture", () => {
    const both = rulesOf({
      ...eras["18.06.3-ce"],
      top: [...inTwoStages, ...inOneStage],
      chains: [...stages, "DOCKER-ISOLATION"],
    });
    expect(judge(both, "18.06.3-ce").findings).toContain("mixed-era-docker-rules");
  });

  it("an empty chain of it is none", () => {
    const era = eras["18.06.3-ce"];
    const rules = rulesOf({ ...era, chains: [...era.chains, "DOCKER-ISOLATION"] });
    expect(judge(rules, "18.06.3-ce").findings).toEqual([]);
  });
});

describe("an internal network of 1.10 to 18.03.0", () => {
  const [, first, ...others] = JSON.parse(networks) as object[];
  const inspect = JSON.stringify([...others, JSON.parse(networks)[0], { ...first, Internal: true }]);
  const drops = [
    `-A DOCKER-ISOLATION ! -s ${subnets[1]} -o ${bridges[1]} -j DROP`,
    `-A DOCKER-ISOLATION ! -d ${subnets[1]} -i ${bridges[1]} -j DROP`,
  ];
  const rules = without(
    rulesOf({ chains: ["DOCKER-ISOLATION"], top: ["-A FORWARD -j DOCKER-ISOLATION", ...drops], skipsDnat: true }),
    `FORWARD -o ${bridges[1]}`,
    `FORWARD -i ${bridges[1]}`,
    `DOCKER -i ${bridges[1]}`,
    `! -o ${bridges[1]} -j MASQ`,
  );

  it("has two drops in DOCKER-ISOLATION and no rule for its pairs", () => {
    expect(judge(rules, "1.11.2", inspect)).toMatchObject({ layout: "1.10", missing: [], findings: [] });
  });

  it("is open without them", () => {
    expect(judge(without(rules, ...drops), "1.11.2", inspect).missing).toHaveLength(2);
  });
});

it("does not compare the pairs of more networks than any such engine had, and says so", () => {
  const many = Array.from({ length: 201 }, (_, at) =>
    network(`n${at}`, `${at.toString(16).padStart(12, "0")}${"0".repeat(52)}`, `10.${at}.0.0/16`, {
      "com.docker.network.bridge.name": `br${at}`,
    }),
  );
  const snapshot = snapshotOf({
    "docker-network-inspect": JSON.stringify(many),
    "iptables-save": rulesOf(eras["1.12.6"]),
  });
  expect(
    compareRules(rebuildHost(snapshot))
      .skipped.map(({ why }) => why)
      .join(),
  ).toContain("more than 200 networks");
});
