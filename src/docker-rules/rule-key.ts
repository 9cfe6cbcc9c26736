import { formatPrefix, parsePrefix } from "../lib/address.ts";
import type { IptablesOption } from "../parsers/iptables-save.ts";

/** Long options and old matches by the names that iptables-save prints today (iptables/xshared.c, extensions/libxt_state.c). */
const printedNames: Readonly<Record<string, string>> = {
  "--source": "-s",
  "--src": "-s",
  "--destination": "-d",
  "--dst": "-d",
  "--in-interface": "-i",
  "--out-interface": "-o",
  "--protocol": "-p",
  "--proto": "-p",
  "--jump": "-j",
  "--destination-port": "--dport",
  "--source-port": "--sport",
  "--state": "--ctstate",
};

/** Options that do not change what a rule does: the module's name follows from its options, a comment says nothing to the kernel. */
const silent = new Set(["-m", "--match", "--comment", "-c", "--set-counters"]);

/**
 * A text that is the same for two rules that do the same, however they were written: in any order of the options, with or
 * without `-m tcp`, with `10.0.0.1` or `10.0.0.1/32`.
 */
export function ruleKey(options: readonly IptablesOption[]): string {
  return options
    .filter(({ name }) => !silent.has(name))
    .map(({ name, values, negated }) => optionKey(printedNames[name] ?? name, values, negated))
    .filter((key) => key !== "")
    .sort()
    .join(" ");
}

function optionKey(name: string, values: readonly string[], negated: boolean): string {
  const value = values.map((one) => valueKey(name, one)).join(" ");
  if ((name === "-s" || name === "-d") && /\/0$/.test(value) && !negated) return "";
  return `${negated ? "! " : ""}${name}${value === "" ? "" : ` ${value}`}`;
}

function valueKey(name: string, value: string): string {
  switch (name) {
    case "-s":
    case "-d": {
      // As iptables-save prints it: by far the most, and nothing to work out.
      if (/^[0-9.]+\/\d+$/.test(value)) return value;
      const prefix = parsePrefix(value);
      return prefix === null ? value : formatPrefix(prefix);
    }
    case "-p":
      return value === "icmpv6" ? "ipv6-icmp" : value;
    case "--ctstate":
      return value.split(",").sort().join(",");
    default:
      return value;
  }
}

/** The key of a rule given as text without quotes, as Docker's own rules are: `-o docker0 -j DOCKER`. */
export function specKey(spec: string): string {
  return ruleKey(readSpec(spec));
}

function readSpec(spec: string): IptablesOption[] {
  const options: { name: string; values: string[]; negated: boolean; bang: "before" | null }[] = [];
  let negated = false;
  for (const word of spec.split(" ")) {
    if (word === "!") negated = true;
    else if (word.startsWith("-")) {
      options.push({ name: word, values: [], negated, bang: negated ? "before" : null });
      negated = false;
    } else options.at(-1)?.values.push(word);
  }
  return options;
}
