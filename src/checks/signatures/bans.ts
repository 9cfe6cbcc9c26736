import type { Dataplane } from "../../dataplane/types.ts";
import type { Chain, Rule } from "../../firewall/rules.ts";
import { protocolNumber } from "../../lib/protocol.ts";

/** A chain of bans that INPUT asks and that nothing on the way to containers does. */
export interface Bans {
  readonly chain: Chain;
  readonly jump: Rule;
  /** Whether the jump is taken for this port. */
  readonly covers: (port: number, protocol: string) => boolean;
}

/** fail2ban's chains (action.d/iptables.conf: `f2b-<name>`) whose only caller is INPUT, with bans in them, for named ports. */
export function banPorts(dataplane: Dataplane, family: 4 | 6): readonly Bans[] {
  const tables = dataplane.own.firewall[family].firewall.tables ?? [];
  return tables
    .filter(({ name }) => name === "filter")
    .flatMap(({ chains }) =>
      [...chains.values()]
        .filter(({ name, rules }) => name.startsWith("f2b-") && rules.some(bans))
        .flatMap((chain) => {
          const callers = [...chains.values()].flatMap(({ name, rules }) =>
            rules.filter((rule) => leadsTo(rule, chain.name)).map((rule) => ({ from: name, rule })),
          );
          if (callers.some(({ from }) => from !== "INPUT")) return [];
          return callers.map(({ rule }) => ({ chain, jump: rule, covers: coverage(rule) }));
        }),
    );
}

const bans = ({ action }: Rule): boolean => action.kind === "drop" || action.kind === "reject";
const leadsTo = ({ action }: Rule, name: string): boolean =>
  (action.kind === "jump" || action.kind === "goto") && action.chain === name;

function coverage({ conditions }: Rule): Bans["covers"] {
  const ports = conditions.find((one) => one.kind === "port" && one.side !== "source" && !one.negated);
  const wanted = conditions.find((one) => one.kind === "protocol" && !one.negated);
  if (ports?.kind !== "port") return () => false;
  return (port, protocol) =>
    ports.ranges.some(({ from, to }) => port >= from && port <= to) &&
    (wanted?.kind !== "protocol" || wanted.protocol === protocolNumber(protocol));
}
