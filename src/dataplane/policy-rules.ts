import type { Host, Namespace, PolicyRule } from "../model/host.ts";
import type { Reason } from "../reasons/reason.ts";
import { cutCapture } from "./cut-captures.ts";

/**
 * Without a capture, or without any rule, the kernel's own three: local, main, default. A listing that is not whole lacks them:
 * `ip rule` prints by priority, and they are the last ones.
 */
export function policyRules(host: Host, namespace: Namespace, family: 4 | 6, assumes: Reason[]): readonly PolicyRule[] {
  const captured = family === 4 ? namespace.rules : namespace.rules6;
  const listed = captured.known ? captured.value.toSorted((a, b) => a.priority - b.priority) : [];
  const own = kernelRules[family];
  if (listed.length === 0) return own;
  const cut = cutCapture(host, namespace, [family === 4 ? "ip-rule" : "ip6-rule"]);
  if (cut === null) return listed;
  const last = listed.at(-1)?.priority ?? 0;
  const lacking = own.filter(({ priority }) => priority > last);
  if (lacking.length > 0) assumes.push({ code: "policy-rules-cut", capture: cut, family });
  return [...listed, ...lacking];
}

const kernelRule = (family: 4 | 6, priority: number, table: string) =>
  ({
    family,
    priority,
    not: false,
    from: null,
    to: null,
    incomingInterface: null,
    outgoingInterface: null,
    mark: null,
    action: { kind: "lookup", table },
    suppressPrefixLength: null,
    attributes: [],
    sources: [],
  }) as const satisfies PolicyRule;

/** Those that every namespace has until somebody deletes them (kernel, net/ipv4/fib_rules.c, fib_default_rules_init); IPv6 has no default. */
const kernelRules = {
  4: [kernelRule(4, 0, "local"), kernelRule(4, 32766, "main"), kernelRule(4, 32767, "default")],
  6: [kernelRule(6, 0, "local"), kernelRule(6, 32766, "main")],
};

/** Selectors that a rule has and this program does not evaluate, as text; null when there are none. */
export function unevaluatedSelectors({ attributes }: PolicyRule): string | null {
  const selectors = attributes.filter(([name]) => !["proto", "protocol", "realms"].includes(name));
  return selectors.length === 0 ? null : selectors.map(([name, value]) => `${name} ${value}`.trim()).join(" ");
}
