import { parsePrefix } from "../lib/address.ts";
import type { Namespace, PolicyRule } from "../model/host.ts";
import type { StackRule } from "./stack.ts";

/** Without a capture, or without any rule, the kernel's own three: local, main, default. */
export function rulesOf(captured: Namespace["rules"], family: 4 | 6): readonly StackRule[] {
  if (captured.known && captured.value.length > 0)
    return captured.value.map(toRule).toSorted((a, b) => a.priority - b.priority);
  const rule = (priority: number, table: string): StackRule => ({
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
  });
  return [rule(0, "local"), rule(32766, "main"), ...(family === 4 ? [rule(32767, "default")] : [])];
}

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
