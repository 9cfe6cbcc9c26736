import { uplinkNames } from "../../dataplane/uplinks.ts";
import { compareRules } from "../../docker-rules/compare.ts";
import { insertUserRule, removeCommand, ruleAt } from "../../docker-rules/rule-set-index.ts";
import type { Chain, Rule, Table } from "../../firewall/rules.ts";
import { includes, lastAction, leadsTo, matchesBefore, testsOf } from "../../firewall/statements.ts";
import type { Address } from "../../lib/address.ts";
import type { Host } from "../../model/host.ts";
import { takes } from "../../model/queries/publications.ts";
import type { Port } from "../../model/queries/services.ts";
import type { IptablesOption } from "../../parsers/iptables-save.ts";
import { isReceivedBy } from "../../trace/answer.ts";
import { targetAt } from "../../trace/question.ts";
import { type CheckContext, defineCheck, type Observation, type Skip } from "../check.ts";
import { iptablesHoldsDocker } from "../probes/exposure.ts";
import { addressesOn } from "../probes/outside.ts";
import { skipWithout } from "../skip.ts";
import { chainName, rulesNeed, some } from "../words.ts";

export const dockerUserRuleIneffective = defineCheck({
  id: "docker-user-rule-ineffective",
  severity: "warning",
  sureness: "proven",
  category: "exposure",
  title: "A rule in DOCKER-USER can never do what it was written for",
  why: "Whoever wrote it believes a port to be shut, or open, and it is not.",
  fix: "Put rules above the RETURN, and ask for the port that clients use: `-p tcp -m conntrack --ctorigdstport 8080 --ctdir ORIGINAL`.",
  sources: [
    "https://docs.docker.com/engine/network/firewall-iptables/",
    "https://docs.docker.com/engine/network/firewall-nftables/",
    "https://github.com/moby/moby/issues/4737",
  ],
  needs: ["docker-network-inspect", rulesNeed],
  *run(context) {
    const { layout } = compareRules(context.host);
    if (layout === null || layout.id === "nftables")
      yield* skipWithout(context.host, "iptables-save", "iptables-nft-save", "iptables-legacy-save");
    for (const family of [4, 6] as const) {
      const tables = context.dataplane.own.firewall[family].firewall.tables ?? [];
      for (const table of tables) {
        const chain = table.name === "filter" ? table.chains.get("DOCKER-USER") : undefined;
        if (chain === undefined) continue;
        yield* unreachableRules(context.host, family, chain);
        yield* hostPorts(context, family, chain);
        if (layout?.id === "nftables") yield* besideNft(family, table, chain);
        else if (chain.rules.some(says) && !iptablesHoldsDocker(context.host))
          yield* skipWithout(context.host, "nft-ruleset");
      }
    }
  },
});

const says = (rule: Rule): boolean => matchesBefore(rule).length > 0 || lastAction(rule).kind !== "return";
const subject = (family: 4 | 6) => ({ kind: "chain", name: chainName(family, "filter", "DOCKER-USER") }) as const;
const shuts = (rule: Rule): boolean => ["drop", "reject"].includes(lastAction(rule).kind);

/** Rules behind one that ends the chain for every packet. */
function* unreachableRules(host: Host, family: 4 | 6, { rules }: Chain): Iterable<Observation> {
  const end = rules.findIndex(
    (rule) =>
      matchesBefore(rule).length === 0 && ["return", "accept", "drop", "reject"].includes(lastAction(rule).kind),
  );
  const [last, dead] = [rules[end], rules.slice(end + 1).filter(says)];
  if (end < 0 || last === undefined || dead.length === 0) return;
  yield {
    subject: subject(family),
    message: `No packet gets to ${some(
      dead.map(({ text }) => text),
      2,
    )}: ${last.text} before ends the chain for all.`,
    evidence: [last.source, ...dead.map(({ source }) => source)],
    fix: {
      text: "Put them at the top. They will then do what they say: look at each before.",
      commands: dead.toReversed().flatMap(({ source }) => {
        const written = ruleAt(host, source);
        return written === null ? [] : [insertUserRule(family, written.written)];
      }),
      cutsTraffic: dead.some(shuts),
    },
  };
}

/** In FORWARD the destination has been translated: only the container's port is left in `--dport`. */
function* hostPorts(context: CheckContext, family: 4 | 6, { rules }: Chain): Iterable<Observation | Skip> {
  const { host, dataplane } = context;
  const inside = new Set([
    ...host.publishedPorts.map(({ containerPort }) => containerPort),
    ...host.containers.flatMap(({ exposedPorts }) => exposedPorts.map((port) => Number.parseInt(port, 10))),
  ]);
  for (const rule of rules.filter(shuts)) {
    const [ports] = testsOf(rule, "destination-port");
    if (ports === undefined || matchesBefore(rule).some((one) => one.kind === "field" && one.field === "destination"))
      continue;
    const within = (port: number) => includes(ports, port);
    const open = host.publishedPorts.filter(
      ({ hostPort, hostAddress }) => within(hostPort) && hostAddress.family === family,
    );
    if (open.length === 0 || [...inside].some(within)) continue;
    if (uplinkNames(dataplane, family).every((name) => addressesOn(dataplane, name, family).length === 0))
      yield* skipWithout(host, "ip-addr");
    const [reached] = open.filter(({ hostPort, protocol, container, hostAddress }) =>
      isReceivedBy(
        outsideAsks(context, family, hostAddress, { protocol, port: hostPort })?.deliveredTo ?? null,
        container,
      ),
    );
    if (reached === undefined) continue;
    const written = ruleAt(host, rule.source);
    yield {
      subject: subject(family),
      message: `${rule.text} matches nothing: ${reached.hostPort} is the host's port, and here packets have ${reached.container}'s already, ${reached.containerPort}. ${reached.hostPort}/${reached.protocol} stays open.`,
      evidence: [rule.source, ...reached.sources],
      fix: {
        text: "Ask for the port that the client used.",
        commands: [
          ...(written === null || !written.written.some(isPort)
            ? []
            : [insertUserRule(family, written.written.flatMap(asksOriginal)), removeCommand(written)]),
        ],
        cutsTraffic: true,
      },
    };
  }
}

const isPort = ({ name }: IptablesOption): boolean => name === "--dport" || name === "--destination-port";

/** `-m tcp --dport 8080` as a question for the port that the client used. */
function asksOriginal(option: IptablesOption): readonly IptablesOption[] {
  const { name, values } = option;
  const plain = { negated: false, bang: null } as const;
  if (name === "-m" && (values[0] === "tcp" || values[0] === "udp")) return [{ ...plain, name, values: ["conntrack"] }];
  if (!isPort(option)) return [option];
  return [
    { ...option, name: "--ctorigdstport" },
    { ...plain, name: "--ctdir", values: ["ORIGINAL"] },
  ];
}

function outsideAsks({ dataplane, ask }: CheckContext, family: 4 | 6, bound: Address, port: Port) {
  for (const uplink of uplinkNames(dataplane, family)) {
    const address = addressesOn(dataplane, uplink, family).find((one) => takes(bound, one));
    const answer = address === undefined ? null : ask({ from: uplink, to: targetAt(address, port) });
    if (answer?.verdict === "delivered") return answer;
  }
  return null;
}

/** In nftables each base chain is asked: an ACCEPT in iptables' FORWARD overrules nothing in Docker's own table. */
function* besideNft(family: 4 | 6, table: Table, chain: Chain): Iterable<Observation> {
  const opening = chain.rules.filter(
    (rule) =>
      lastAction(rule).kind === "accept" &&
      matchesBefore(rule).length > 0 &&
      matchesBefore(rule).every(({ kind }) => kind !== "connection-state"),
  );
  const jumped = [...table.chains.values()].some(({ rules }) => rules.some((rule) => leadsTo(rule, chain.name)));
  const lost = jumped ? (chain.rules.some(shuts) ? [] : opening) : chain.rules.filter(says);
  const [first] = lost;
  if (first === undefined) return;
  yield {
    subject: subject(family),
    message: jumped
      ? `Docker filters with nftables here: ${first.text} cannot open what Docker's own table drops.`
      : `Docker filters with nftables here and nothing jumps to DOCKER-USER any more: its ${lost.length === 1 ? `rule ${first.text} guards` : `${lost.length} rules, ${first.text} first, guard`} nothing.`,
    evidence: lost.map(({ source }) => source),
    fix: {
      text: jumped
        ? "Start dockerd with --bridge-accept-fwmark and set that mark in a chain of your own, or publish the port."
        : "Write the rules in an nftables table of your own, with a forward chain of a lower priority than Docker's.",
      commands: [],
      cutsTraffic: false,
    },
  };
}
