import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { expect, test } from "vitest";
import { examplesById } from "../../src/checks/all-examples.ts";
import type { Check, Finding } from "../../src/checks/check.ts";
import type { Example } from "../../src/checks/examples/example.ts";
import { checks } from "../../src/checks/registry.ts";
import { runChecks } from "../../src/checks/run-checks.ts";
import { rebuildAgain } from "../support/captured.ts";
import { reportOf } from "../support/example-reports.ts";
import { exampleSnapshot } from "../support/example-snapshot.ts";
import { isAll, someOf } from "../support/extent.ts";
import { testWith } from "../support/tools.ts";

/** Every command that the findings of all examples of all checks propose; in `npm test` what bad ones get of their own check. */
const commands = [
  ...new Set(
    checks.flatMap((check) => {
      const { bad, good } = examplesById[check.id];
      return (isAll ? [...bad, ...good] : bad).flatMap((example) => findingsIn(check, example).flatMap(commandsOf));
    }),
  ),
];

function findingsIn(check: Check, example: Example): readonly Finding[] {
  if (isAll) return reportOf(example).findings;
  const snapshot = exampleSnapshot(example);
  return runChecks(rebuildAgain(snapshot), snapshot, [check]).findings;
}

function commandsOf({ fix, consequences }: Finding): readonly string[] {
  return [...(fix?.commands ?? []), ...consequences.flatMap(commandsOf)];
}

/** The words of a command; it holds no quotes within words. */
const wordsOf = (command: string): readonly string[] =>
  [...command.matchAll(/'([^']*)'|"([^"]*)"|([^\s'"]+)/g)].map(
    ([, single, double, plain]) => single ?? double ?? plain ?? "",
  );

/** The programs of one line that are run one after the other, each with its words and without sudo. */
const runs = commands
  .flatMap((command) => command.split(/; /))
  .map((line) => line.replace(/^sudo /, ""))
  .map((line) => ({ line, words: wordsOf(line) }));

const runsOf = (...programs: readonly string[]) =>
  runs.filter(({ words: [program = ""] }) => programs.includes(program));

/** The word that follows another one. */
function after(words: readonly string[], ...options: readonly string[]): string | undefined {
  const at = words.findIndex((word) => options.includes(word));
  return at === -1 ? undefined : words[at + 1];
}

const own = { what: "root and network namespaces", holds: spawnSync("unshare", ["-n", "true"]).status === 0 };

/** Runs a line in a network namespace of its own, after others that make what it speaks of; what it says when it fails. */
function failure(line: string, before: readonly string[]): readonly string[] {
  const script = `exec 3>&2 2>/dev/null\n${before.join("\n")}\nexec 2>&3\n${line}`;
  const { status, stderr, stdout } = spawnSync("unshare", ["-n", "sh", "-c", script], { encoding: "utf8" });
  return status === 0 ? [] : [`${line}\n${stderr}${stdout}`];
}

/** Programs that change what no test may change; each shape was tried by hand, or stands in the program's manual. */
const known: readonly RegExp[] = [
  /^systemctl (?:restart|start|stop) [a-z. ]+$/,
  /^systemctl --user (?:edit|restart) docker\.service$/,
  /^modprobe br_netfilter$/,
  /^echo [\w./=-]+ \| sudo tee (?:-a )?\/etc\/(?:sysctl\.d|modules-load\.d)\/[\w-]+\.conf$/,
  /^sudoedit \/etc\/docker\/daemon\.json$/,
  /^sysctl -p \/etc\/sysctl\.d\/[\w-]+\.conf$/,
  /^firewall-cmd --reload$/,
  /^firewall-cmd --permanent --zone=[\w-]+ --remove-interface=[\w-]+$/,
  /^fail2ban-client reload$/,
  /^update-alternatives --set ip6?tables \/usr\/sbin\/ip6?tables-(?:nft|legacy)$/,
  /^sed -i 's\/\^StrictForwardPorts=\.\*\/StrictForwardPorts=no\/' \/etc\/firewalld\/firewalld\.conf$/,
  /^ss -lnp \| grep '[^']+'$/,
  /^grep -rn '[^']+' (?:\/[\w./-]+ ?)+$/,
  /^pgrep -a dockerd$/,
  /^snap list docker$/,
  /^sh collect\.sh$/,
  /^docker compose (?:down|up -d)$/,
  /^nsenter -U --preserve-credentials -n -t "\$\(cat "\$XDG_RUNTIME_DIR\/docker\.pid"\)" ip a$/,
];

const isKnown = (line: string): boolean => known.some((shape) => shape.test(line));

const firewalls = ["iptables", "ip6tables", "iptables-nft", "iptables-legacy"];
const saves = ["iptables-nft-save", "iptables-legacy-save"];

test("all are held by one of these tests", () => {
  const held = new Set([...firewalls, ...saves, "nft", "ip", "bridge", "sysctl", "docker"]);
  const others = runs.filter(({ line, words }) => !held.has(words[0] ?? "") && !isKnown(line));
  expect(runs.length).toBeGreaterThan(100);
  expect(others.map(({ line }) => line)).toEqual([]);
});

testWith(["sh"], "all are valid shell", () => {
  const failed = someOf(commands, 8).filter((command) => spawnSync("sh", ["-n", "-c", command]).status !== 0);
  expect(failed).toEqual([]);
});

if (isAll)
  testWith(
    [...firewalls, ...saves, "unshare"],
    "iptables takes all of its own",
    () => {
      const targets = ["ACCEPT", "DROP", "REJECT", "RETURN", "DNAT", "MASQUERADE", "REDIRECT", "TCPMSS"];
      const failed = runsOf(...firewalls).flatMap(({ line, words }) => {
        const [program = ""] = words;
        const table = after(words, "-t") ?? "filter";
        const chains = [after(words, "-A", "-I", "-D", "-F", "-N"), after(words, "-j")];
        const made = chains
          .filter((name) => name !== undefined && !targets.includes(name))
          .map((name) => `${program} -t ${table} -N ${name}`);
        return failure(line, [...made, ...(words.includes("-D") ? [line.replace(" -D ", " -A ")] : [])]);
      });
      // A kernel without the tables of iptables-legacy says nothing about the command.
      expect(failed.filter((one) => !/can't initialize ip6?tables table/.test(one))).toEqual([]);
      expect(runsOf(...saves).flatMap(({ line }) => failure(line, []))).toEqual([]);
    },
    own,
  );

testWith(
  ["nft", "unshare"],
  "nft takes all of its own",
  () => {
    const failed = runsOf("nft").flatMap(({ line, words }) => {
      const at = words.findIndex((word) => word === "rule" || word === "table");
      const [family = "", table = "", chain = ""] = words.slice(at + 1);
      const made = [`nft add table ${family} ${table}`];
      return failure(line, words[at] === "rule" ? [...made, `nft add chain ${family} ${table} ${chain}`] : made);
    });
    expect(failed).toEqual([]);
  },
  own,
);

testWith(
  ["ip", "unshare"],
  "ip takes all of its own",
  () => expect(runsOf("ip", "bridge").flatMap(({ line, words }) => failure(line, linksFor(words)))).toEqual([]),
  own,
);

/** Makes what a command of ip speaks of: its links, on-link gateways, source addresses, and what it deletes. */
function linksFor(words: readonly string[]): readonly string[] {
  const [action] = words.filter((word) => /^(?:add|del|set)$/.test(word));
  const made = action === "add" && words.includes("link") ? words[words.indexOf("add") + 1] : undefined;
  const names = ["dev", "master", "link", "set", "br"]
    .map((option) => after(words, option))
    .filter(
      (name) => name !== undefined && name !== made && /^[a-z]/.test(name) && !/^(?:add|del|set|dev)$/.test(name),
    );
  const gateway = after(words, "via");
  const source = after(words, "src");
  return [
    ...[...new Set([...names, "eth0"])].flatMap((name) => madeLink(name ?? "")),
    ...(gateway === undefined ? [] : [`ip route add ${gateway} dev eth0`]),
    ...(source === undefined ? [] : [`ip addr add ${source}/32 dev ${after(words, "dev")}`]),
    ...(action === "del" && !words.includes("link") ? [words.join(" ").replace(" del ", " add ")] : []),
  ];
}

/** A bridge with spanning tree, or one end of a pair of veths: there is no other kind that every kernel has. */
const madeLink = (name: string): readonly string[] =>
  /^(?:br|docker)/.test(name)
    ? [`ip link add ${name} type bridge stp_state 1`, `ip link set ${name} up`]
    : [`ip link add ${name} type veth peer name peer`, "ip link set peer up", `ip link set ${name} up`];

/** Settings that only the first namespace has, or only a kernel with the module loaded. */
const elsewhere =
  /^net\.(?:bridge\.bridge-nf-call-ip6?tables|netfilter\.nf_conntrack_max|ipv4\.neigh\.default\.gc_thresh[123])$/;

testWith(
  ["sysctl", "ip", "unshare"],
  "sysctl knows all settings",
  () => {
    const failed = runsOf("sysctl").flatMap(({ words }) =>
      words
        .slice(1)
        .filter((word) => word.includes("="))
        .flatMap((setting) => {
          const key = setting.slice(0, setting.indexOf("="));
          if (elsewhere.test(key) || existsSync(`/proc/sys/${key.replaceAll(".", "/")}`)) return [];
          const [, link] = /\.conf\.([^.]+)\./.exec(key) ?? [];
          return failure(`sysctl -w ${setting}`, link === undefined ? [] : madeLink(link));
        }),
    );
    expect(failed).toEqual([]);
  },
  own,
);

/** What clients that distributions still carry do not know yet; their own words, from 28's `--help`. */
const newer: Readonly<Record<string, string>> = {
  "docker network connect": "      --gw-priority int      Highest gw-priority provides the default gateway\n",
};

testWith(["docker"], "docker has all commands and options", () => {
  const failed = runsOf("docker")
    .filter(({ line }) => !isKnown(line))
    .flatMap(({ line, words }) => dockerFailure(line.includes("$(") ? words.slice(0, 3) : words));
  expect(failed).toEqual([]);
});

function dockerFailure(words: readonly string[]): readonly string[] {
  const groups = ["network", "context", "swarm"];
  const length = groups.includes(words[1] ?? "") ? 3 : 2;
  const name = words.slice(0, length).join(" ");
  const { stdout } = spawnSync("docker", [...words.slice(1, length), "--help"], { encoding: "utf8" });
  const help = `${stdout}${newer[name] ?? ""}`;
  const usage = help.split("\n").find((one) => one.startsWith("Usage:"));
  if (usage?.replace(/^Usage: +/, "").startsWith(`${name} `) === false && usage !== `Usage:  ${name}`)
    return [`${words.join(" ")}: docker has no ${name}: ${usage}`];
  const rest = words.slice(length);
  for (let at = 0; at < rest.length; at += 1) {
    const word = rest[at] ?? "";
    if (!word.startsWith("-")) continue;
    const option = new RegExp(
      `^ +(?:-\\w, )?${word.startsWith("--") ? word : `${word}, --[\\w-]+`}( [\\w-]+)? {2}`,
      "m",
    ).exec(help);
    if (option === null) return [`${words.join(" ")}: ${name} has no ${word}`];
    // The value of the option.
    if (option[1] !== undefined) at += 1;
  }
  return [];
}
