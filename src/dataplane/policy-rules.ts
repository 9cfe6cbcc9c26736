import { parsePrefix } from "../lib/address.ts";
import type { Host, Namespace, PolicyRule } from "../model/host.ts";
import type { Reason } from "../reasons/reason.ts";
import { cutCapture } from "./cut-captures.ts";
import type { StackRule } from "./types.ts";

/**
 * Without a capture, or without any rule, the kernel's own three: local, main, default. A listing that is not whole lacks them:
 * `ip rule` prints by priority, and they are the last ones.
 */
export function policyRules(host: Host, namespace: Namespace, family: 4 | 6, assumes: Reason[]): readonly StackRule[] {
  const captured = family === 4 ? namespace.rules : namespace.rules6;
  const listed = captured.known ? captured.value.map(toRule).toSorted((a, b) => a.priority - b.priority) : [];
  const own = kernelRules.filter(({ action }) => family === 4 || action.table !== "default");
  if (listed.length === 0) return own;
  const cut = cutCapture(host, namespace, [family === 4 ? "ip-rule" : "ip6-rule"]);
  if (cut === null) return listed;
  const last = listed.at(-1)?.priority ?? 0;
  const lacking = own.filter(({ priority }) => priority > last);
  if (lacking.length > 0) assumes.push({ code: "policy-rules-cut", capture: cut, family });
  return [...listed, ...lacking];
}

const kernelRule = (priority: number, table: string) =>
  ({
    priority,
    not: false,
    from: null,
    to: null,
    incoming: null,
    outgoing: null,
    mark: null,
    action: { kind: "lookup", table },
    suppressPrefixLength: null,
    unevaluated: null,
    sources: [],
  }) as const satisfies StackRule;

/** Those that every namespace has until somebody deletes them (kernel, net/ipv4/fib_rules.c, fib_default_rules_init); IPv6 has no default. */
const kernelRules = [kernelRule(0, "local"), kernelRule(32766, "main"), kernelRule(32767, "default")];

function toRule(rule: PolicyRule): StackRule {
  const selectors = rule.attributes.filter(([name]) => !["proto", "protocol", "realms"].includes(name));
  return {
    priority: rule.priority,
    not: rule.not,
    from: rule.from === null ? null : parsePrefix(rule.from),
    to: rule.to === null ? null : parsePrefix(rule.to),
    incoming: rule.incomingInterface,
    outgoing: rule.outgoingInterface,
    mark: rule.mark,
    action: rule.action,
    suppressPrefixLength: rule.suppressPrefixLength,
    unevaluated: selectors.length === 0 ? null : selectors.map(([name, value]) => `${name} ${value}`.trim()).join(" "),
    sources: rule.sources,
  };
}
