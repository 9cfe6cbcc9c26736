import type { Dataplane } from "../../dataplane/types.ts";
import type { Chain, Rule } from "../../firewall/rules.ts";
import { includes, lastAction, leadsTo, testsOf } from "../../firewall/statements.ts";
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

const bans = (rule: Rule): boolean => ["drop", "reject"].includes(lastAction(rule).kind);

function coverage(rule: Rule): Bans["covers"] {
  const [ports] = testsOf(rule, "destination-port");
  const [wanted] = testsOf(rule, "protocol");
  if (ports === undefined) return () => false;
  return (port, protocol) =>
    includes(ports, port) && (wanted === undefined || includes(wanted, protocolNumber(protocol) ?? -1));
}
