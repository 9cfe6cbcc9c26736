import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { canonicalText } from "../../src/firewall/canonical.ts";
import { runs } from "../support/extent.ts";
import { rule } from "./rules.ts";

const textOf = (text: string, family: 4 | 6 = 4): string => canonicalText(rule(text, family).statements, family);

describe("the canonical text of a rule is the same", () => {
  test.each<readonly [family: 4 | 6, string, string]>([
    [4, "-p tcp --dport 80 -j ACCEPT", "-p 6 -m tcp --dport 80 -j ACCEPT"],
    [4, "-s 10.0.0.1 -j DROP", "--source 10.0.0.1/255.255.255.255 -j DROP"],
    [4, "-d 0.0.0.0/0 -i + -p all -j DROP", "-j DROP"],
    [6, "-s ::/0 -j DROP", "-j DROP"],
    [4, "-m state --state NEW,RELATED -j DROP", "-m conntrack --ctstate RELATED,NEW -j DROP"],
    [4, "-m addrtype --dst-type LOCAL,BROADCAST -j DROP", "-m addrtype --dst-type broadcast,local -j DROP"],
    [4, '-m comment --comment "mine" -j DROP', "-j DROP"],
    [4, "-p icmp -m icmp --icmp-type echo-request -j DROP", "-p icmp -m icmp --icmp-type 8 -j DROP"],
    [4, "-p tcp -m multiport --dports 443,80 -j DROP", "-p tcp -m multiport --dports 80,443 -j DROP"],
    [4, "-m mark --mark 0x10 -j MARK --set-mark 1", "-m mark --mark 16/0xffffffff -j MARK --set-xmark 0x1/0xffffffff"],
    [4, "-j REJECT", "-j REJECT --reject-with icmp-port-unreachable"],
    [6, "-j REJECT", "-j REJECT --reject-with icmp6-port-unreachable"],
  ])("IPv%s: %s is %s", (family, one, other) => {
    expect(textOf(one, family)).toBe(textOf(other, family));
  });

  test("in whatever order its matches stand", () => {
    const parts = ["-i eth0", "! -o br0", "-s 10.0.0.0/8", "-p tcp", "-m tcp --dport 80", "-m conntrack --ctstate NEW"];
    const inOrder = textOf(`${parts.join(" ")} -j DROP`);
    fc.assert(
      fc.property(fc.shuffledSubarray(parts, { minLength: parts.length }), (shuffled) => {
        expect(textOf(`${shuffled.join(" ")} -j DROP`)).toBe(inOrder);
      }),
      { numRuns: runs(100) },
    );
  });
});

test("the canonical texts of rules that do something else differ", () => {
  const rules = [
    "-j DROP",
    "-j ACCEPT",
    "-j RETURN",
    "",
    "-j LOG",
    "-i br0 -j DROP",
    "! -i br0 -j DROP",
    "-o br0 -j DROP",
    "-i br0+ -j DROP",
    "-s 10.0.0.1 -j DROP",
    "-d 10.0.0.1 -j DROP",
    "! -s 0.0.0.0/0 -j DROP",
    "-s 10.0.0.1/255.0.0.255 -j DROP",
    "-p tcp --dport 80 -j DROP",
    "-p tcp --sport 80 -j DROP",
    "-p udp --dport 80 -j DROP",
    "-p tcp -m multiport --ports 80 -j DROP",
    "-m conntrack --ctstate NEW -j DROP",
    "-m conntrack --ctorigdstport 80 -j DROP",
    "-m limit --limit 1/sec -j DROP",
    "-m limit --limit 2/sec -j DROP",
    "-m nowhere --limit 2 -j DROP",
    "-m set --match-set a src -j DROP",
    "-m set --match-set a dst -j DROP",
    "-m set --match-set b src -j DROP",
  ];
  expect(new Set(rules.map((text) => textOf(text))).size).toBe(rules.length);
  // Of IPv6 these are few addresses.
  expect(textOf("-s ::/96 -j DROP", 6)).not.toBe(textOf("-j DROP", 6));
});
