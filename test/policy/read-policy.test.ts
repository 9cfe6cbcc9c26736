import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { PolicyError } from "../../src/policy/policy.ts";
import { readPolicy } from "../../src/policy/read/read-policy.ts";

const read = (text: string) => readPolicy(text, "p.yml");
const rule = (text: string) => `rules:\n  - ${text}\n`;

describe("what is read", () => {
  test("sets of names, patterns, other sets and groups", () => {
    const { sets } = read(
      'sets:\n  front: [proxy, "web-*"]\n  shop: { project: shop, service: app, except: [db] }\n  both: ["@front", "@shop"]\n  one: proxy, cache\nrules:\n  - no-findings: error\n',
    );
    expect([...sets.keys()]).toEqual(["front", "shop", "both", "one"]);
    expect(sets.get("front")?.items).toEqual([
      { kind: "term", term: { text: "proxy", line: 2 } },
      { kind: "term", term: { text: "web-*", line: 2 } },
    ]);
    expect(sets.get("shop")?.items).toEqual([
      {
        kind: "group",
        project: { text: "shop", line: 3 },
        service: { text: "app", line: 3 },
        network: null,
        except: [{ text: "db", line: 3 }],
        line: 3,
      },
    ]);
    expect(sets.get("one")?.items).toHaveLength(2);
  });

  test("rules with their options, each with its line", () => {
    const { rules } = read(
      'rules:\n  - allow: "outside, @front -> web:443,53/UDP"\n    unknown: allowed\n    name: customers\n\n  - deny: a -> [fd00::1]:80\n    refused: allowed\n  - isolated: [a, b]\n  - no-findings: warning\n    except: x, y\n',
    );
    expect(rules.map(({ line, text }) => `${line} ${text}`)).toEqual([
      "2 allow: outside, @front -> web:443,53/UDP",
      "6 deny: a -> [fd00::1]:80",
      "8 isolated: a, b",
      "9 no-findings: warning, except x, y",
    ]);
    expect(rules[0]).toMatchObject({
      name: "customers",
      unknownAllowed: true,
      ports: [
        { protocol: "tcp", port: 443 },
        { protocol: "udp", port: 53 },
      ],
      from: [{ text: "outside" }, { text: "@front" }],
    });
    expect(rules[1]).toMatchObject({
      to: { text: "fd00::1" },
      refusedAllowed: true,
      unknownAllowed: false,
      name: null,
    });
  });

  test("names that YAML takes for numbers and booleans are names", () => {
    expect(read(rule("deny: 10 -> true:80")).rules[0]).toMatchObject({ from: [{ text: "10" }], to: { text: "true" } });
  });

  test("* is all ports, of one protocol if it says so", () => {
    expect(read(rule("deny: a -> b:*,*/udp")).rules[0]).toMatchObject({
      ports: [
        { protocol: null, port: "any" },
        { protocol: "udp", port: "any" },
      ],
    });
  });
});

describe("what is wrong is said, with its line", () => {
  test.each([
    ["", "1: a policy is a mapping with rules: and, if need be, sets:"],
    ["- a\n", "1: a policy is a mapping with rules: and, if need be, sets:"],
    ["sets:\n  a: [b]\n", "1: there are no rules: here"],
    ["rule: []\n", "1: rule: has no place here; rules: has"],
    ["version: 1\nrules: []\n", "1: version: has no place here; sets, rules have"],
    ["rules: []\n", "1: rules: is empty: a policy that asks for nothing would hold on any host"],
    ["rules: {a: b}\n", "1: rules: has to be a list, each rule behind a dash"],
    ["rules:\n  - outside\n", "2: a rule is written as one of allow:, deny:, isolated:, no-findings:"],
    [rule("name: x"), "2: this rule asks for nothing: it needs one of allow:, deny:, isolated:, no-findings:"],
    [rule("alow: a -> b:1"), "2: alow: has no place here; allow: has"],
    [rule("allow: a -> b:1\n    deny: a -> b:2"), "3: allow: and deny: are two rules: put a dash before each"],
    [rule("allow: a -> b:1\n    unknwn: allowed"), "3: unknwn: has no place here; unknown: has"],
    [rule("allow: a -> b:1\n    refused: allowed"), "3: refused: has no place here; allow, name, unknown have"],
    [rule("allow: a -> b:1\n    unknown: yes"), "3: unknown: takes allowed, or is left out"],
    [rule("allow: a -> b:1\n    name:"), "3: name: has to be a text, and nothing is here"],
    [rule("allow: [a]"), "2: allow: has to be a text"],
    [rule("allow: a"), "2: write who -> whom:port, such as outside -> web:443, instead of a"],
    [rule("allow: a -> b:1 -> c:2"), "2: write who -> whom:port, such as outside -> web:443"],
    [rule("allow: -> b:1"), "2: nobody stands before the ->"],
    [rule("allow: a -> :1"), "2: nobody stands behind the ->"],
    [rule("allow: a -> b"), "2: b needs a port: b:443, b:53/udp, or b:* for all that are known"],
    [rule("allow: a -> b,c:1"), "2: behind the -> stands one name and its ports"],
    [rule("allow: a -> fd00::1:80"), "2: behind the -> stands one name and its ports"],
    [rule("allow: a -> b:0"), "2: 0 is no port: they go from 1 to 65535"],
    [rule("allow: a -> b:65536"), "2: 65536 is no port: they go from 1 to 65535"],
    [rule("allow: a -> b:80/icmp"), "2: icmp is none of tcp, udp, sctp"],
    [rule("allow: a -> b:http"), "2: http is no port: write 443, 53/udp, several with commas, or *"],
    [rule("allow: a -> b:80-90"), "2: ranges are not known here: 80-90 is no port"],
    [rule("allow: a -> b:80,"), "2: nothing is no port"],
    [rule("isolated: a"), "2: isolated: takes two or more sets: isolated: front, back"],
    [rule("no-findings: info"), "2: no-findings: takes error, or warning for both, unlike info"],
    ["sets: [a]\nrules: [x]\n", "1: sets: has to be a mapping of names, such as front: [proxy, web-*]"],
    ["rules: [x]\nsets:\n  a b: c\n", '3: a set\'s name is made of letters, digits, _ . and -, unlike "a b"'],
    ["rules: [x]\nsets:\n  host: c\n", "3: no set can be called host: rules have a meaning for that word"],
    ["rules: [x]\nsets:\n  a: []\n", "3: the set a is empty"],
    ["rules: [x]\nsets:\n  a:\n", "3: the set a is empty"],
    [
      "rules: [x]\nsets:\n  a: [[b]]\n",
      "3: the set a takes names, patterns, or a mapping with project:, service: or network:",
    ],
    ["rules: [x]\nsets:\n  a: { except: b }\n", "3: the set a needs project:, service: or network:"],
    ["rules: [x]\nsets:\n  a: { projekt: b }\n", "3: projekt: has no place here; project: has"],
    ['rules: [x]\nsets:\n  a: ["@b"]\n  b: c\n', "3: no set above is called @b"],
    [rule("deny: * -> b:*"), '2: put this in quotes, since YAML keeps a leading * for itself: "* -> b:*"'],
    [rule("deny: @a -> b:1"), '2: put this in quotes, since YAML keeps a leading @ for itself: "@a -> b:1"'],
    ["rules:\n\t- a\n", "2: this is no YAML: Tabs are not allowed as indentation"],
    [
      "rules:\n  - allow: a -> b:1\n - deny: a -> b:2\n",
      "3: this is no YAML: A block sequence may not be used as an implicit map key; look at",
    ],
    ["rules: [a]\nrules: [b]\n", "2: this is no YAML: Map keys must be unique"],
    ["rules: !!omap [a: 1]\n", "1: YAML's tags (!name) have no place in a policy"],
    ["rules: !!set {a, b}\n", "1: YAML's tags (!name) have no place in a policy"],
    ["rules: &x [a]\n", "1: YAML's anchors (&name) have no place in a policy"],
    ["rules: !x [a]\n", "1: this is no YAML: Unresolved tag: !x"],
    ["rules: [a]\n---\nrules: [b]\n", "2: a policy is one YAML document: a second one begins here"],
    ["[".repeat(50_000), "1: this is nested deeper than any policy"],
    [`rules: ${"[".repeat(20)}${"]".repeat(20)}\n`, "1: this is nested deeper than any policy"],
  ])("%j", (text, message) => {
    expect(() => read(text)).toThrow(PolicyError);
    expect(() => read(text)).toThrow(`p.yml:${message}`);
  });
});

test("whatever the text is, it is a policy or a one-line error", () => {
  const words = fc.constantFrom(
    ..."sets: rules: - allow: deny: isolated: a -> b:1 * @ [ ] { } & ! , \n \n  \" ' # | >".split(" "),
    "\n",
    "  ",
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.array(words, { maxLength: 30 }).map((all) => all.join(" ")),
        fc.string({ unit: "binary" }),
      ),
      (text) => {
        try {
          read(text);
        } catch (error) {
          expect(error).toBeInstanceOf(PolicyError);
          expect(String(error)).toMatch(/^PolicyError: p\.yml:\d+: /);
        }
      },
    ),
    { numRuns: 500 },
  );
});
