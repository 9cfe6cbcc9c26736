import { compileOptions } from "../firewall/compile/iptables/compile-rule.ts";
import { targetExtension } from "../firewall/compile/iptables/extensions.ts";
import type { Statement } from "../firewall/rules.ts";
import { readOptions } from "../parsers/iptables/options.ts";
import { splitWords } from "../parsers/iptables/words.ts";
import type { IptablesOption } from "../parsers/iptables-save.ts";

/**
 * What a rule does, given its options: compiled as any rule of iptables, but for its target, which counts as a chain where it is no
 * target, whether or not that chain was captured.
 */
export function statementsOf(options: readonly IptablesOption[], family: 4 | 6): readonly Statement[] {
  return compileOptions(options, { family, backend: "iptables", hasChain: (name) => targetExtension(name) === null });
}

/** The statements of a rule as iptables-save prints it, without `-A` and the chain: `-o docker0 -j DOCKER`. */
export function readSpec(spec: string, family: 4 | 6): readonly Statement[] {
  const words = splitWords(spec);
  return typeof words === "string" ? [] : statementsOf(readOptions(words, 0, []), family);
}
