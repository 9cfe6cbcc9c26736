import { describe, expect, it } from "vitest";
import { brctlShow } from "../../src/parsers/brctl-show.ts";
import { bridgeFdb } from "../../src/parsers/bridge-fdb.ts";
import { bridgeLink } from "../../src/parsers/bridge-link.ts";
import { bridgeVlan } from "../../src/parsers/bridge-vlan.ts";
import { ipAddr } from "../../src/parsers/ip-addr.ts";
import { ipNeigh } from "../../src/parsers/ip-neigh.ts";
import { ip6Route, ipRoute } from "../../src/parsers/ip-route.ts";
import { ip6Rule, ipRule } from "../../src/parsers/ip-rule.ts";
import type { Parser } from "../../src/parsers/parser.ts";
import { itObeysTheLaws, withoutTrailingBlanks } from "../support/parser-laws.ts";
import { parserSamples } from "../support/parser-samples.ts";
import { withoutLines } from "../support/without-lines.ts";

const parsers = {
  "ip-addr": ipAddr,
  "ip-link": ipAddr,
  "ip-route": ipRoute,
  "ip6-route": ip6Route,
  "ip-rule": ipRule,
  "ip6-rule": ip6Rule,
  "ip-neigh": ipNeigh,
  "brctl-show": brctlShow,
  "bridge-fdb": bridgeFdb,
  "bridge-link": bridgeLink,
  "bridge-vlan": bridgeVlan,
} as const;

/** Samples that are not in the canonical form: old versions, busybox, `-o`, `-d` where that is not the form we print. */
const notCanonical = [
  /^ip-link\/.*one-line/,
  /^ip-route\/(.*one-line|.*details|busybox.*)\.txt$/,
  /^ip6-route\/busybox/,
  /^ip-rule\/busybox/,
  /^ip-neigh\/(busybox|.*statistics)/,
  /^brctl-show\/squeezed/,
  /^bridge-link\/(.*one-line|iproute2-4)/,
  /^bridge-vlan\/iproute2-4/,
];

for (const [kind, untyped] of Object.entries(parsers)) {
  const parser: Parser<unknown> = untyped as Parser<unknown>;
  const samples = parserSamples(kind as keyof typeof parsers);
  describe(kind, () => {
    for (const { name, text } of samples) {
      const canonical = !notCanonical.some((pattern) => pattern.test(`${kind}/${name}`));
      it(`${name}: is understood${canonical ? ", and printed as it was" : ""}`, () => {
        const { data, notes } = parser.parse(text);
        expect(notes).toEqual([]);
        const printed = parser.print(data);
        expect(withoutLines(parser.parse(printed).data)).toEqual(withoutLines(data));
        if (canonical) expect(withoutTrailingBlanks(printed)).toBe(withoutTrailingBlanks(text));
        if (canonical) expect(parser.parse(printed).data).toEqual(data);
      });
    }
    itObeysTheLaws(
      parser,
      samples.map(({ text }) => text),
    );
  });
}
