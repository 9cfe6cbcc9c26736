import { thingKinds } from "../diff/change.ts";

/** What a pattern may name, each with what its text is compared with. */
export const ignoreKinds = [...thingKinds, "rule", "finding", "flow"] as const;
export type IgnoreKind = (typeof ignoreKinds)[number];

/** A pattern of --ignore: `sysctl:net.ipv4.*`, `flow:eth0 -> web:80`. */
export interface IgnorePattern {
  readonly kind: IgnoreKind;
  readonly name: string;
}

/** Reads comma-separated patterns `kind:name`; in a text with a comma `?` stands for it. An error is a sentence for people. */
export function readIgnorePatterns(list: string): readonly IgnorePattern[] | { readonly error: string } {
  const patterns: IgnorePattern[] = [];
  for (const text of list.split(",").map((part) => part.trim())) {
    const [, word = "", name = ""] = /^([^:]*):(.*)$/s.exec(text) ?? [];
    const kind = ignoreKinds.find((one) => one === word);
    const known = `the kinds are ${ignoreKinds.join(", ")}.`;
    if (name.trim() === "") return { error: `"${text}" is no pattern kind:name; ${known}` };
    if (kind === undefined) return { error: `no change is of the kind "${word}"; ${known}` };
    if (kind === "flow" && !name.includes("->")) return { error: `"${text}" is no pattern flow:from -> to.` };
    patterns.push({ kind, name: name.trim() });
  }
  return patterns;
}
