import { describe, expect, test } from "vitest";
import {
  covers,
  isEverything,
  isWholly,
  meets,
  prefixesOfRange,
  prefixOfRange,
  rangeOf,
} from "../../src/firewall/address-range.ts";
import {
  addressAsked,
  asksLocal,
  asksOnly,
  givenAddress,
  interfaceAsked,
  ipsetAsked,
  isSourceNat,
  numberAsked,
  rangeAsked,
  speaksOf,
} from "../../src/firewall/asked.ts";
import { formatPrefix, parsePrefix } from "../../src/lib/address.ts";
import { address } from "./packets.ts";
import { compileText, rule } from "./rules.ts";

const prefix = (text: string) => {
  const found = parsePrefix(text);
  if (found === null) throw new Error(text);
  return found;
};

/** A rule of the nat table. */
function natRule(text: string, family: 4 | 6 = 4) {
  const [table] = compileText(`*nat\n:PREROUTING ACCEPT [0:0]\n-A PREROUTING ${text}\nCOMMIT\n`, family);
  const found = table?.chains.get("PREROUTING")?.rules[0];
  if (found === undefined) throw new Error(text);
  return found;
}

describe("a rule asks for", () => {
  test("an interface, or for one not to be it", () => {
    const one = rule("-i eth0 ! -o br0 -j DROP");
    expect(interfaceAsked(one, "in")).toBe("eth0");
    expect(interfaceAsked(one, "in", true)).toBeNull();
    expect(interfaceAsked(one, "out")).toBeNull();
    expect(interfaceAsked(one, "out", true)).toBe("br0");
    expect(interfaceAsked(rule("-i eth+ -j DROP"), "in")).toBeNull();
  });

  test("addresses", () => {
    const one = rule("-s 10.0.0.0/8 ! -d 192.0.2.1 -j DROP");
    expect(rangeAsked(one, "source")).toEqual(rangeOf(prefix("10.0.0.0/8")));
    expect(addressAsked(one, "source")).toBeNull();
    expect(rangeAsked(one, "destination")).toBeNull();
    expect(rangeAsked(one, "destination", true)).toEqual(rangeOf(prefix("192.0.2.1/32")));
    const twice = rule("-s 10.0.0.0/8 -m iprange --src-range 10.0.0.1-10.0.0.9 -j DROP");
    expect(rangeAsked(twice, "source")).toBeNull();
    expect(addressAsked(rule("-d 192.0.2.1 -j DROP"), "destination")).toBe(address("192.0.2.1").value);
    expect(rangeAsked(rule("-s 10.0.0.1/255.0.0.255 -j DROP"), "source")).toBeNull();
  });

  test("one number, and not for several", () => {
    expect(numberAsked(rule("-p tcp --dport 80 -j DROP"), "destination-port")).toBe(80);
    expect(numberAsked(rule("-p tcp --dport 80 -j DROP"), "protocol")).toBe(6);
    expect(numberAsked(rule("-p tcp --dport 80:81 -j DROP"), "destination-port")).toBeNull();
    expect(numberAsked(rule("-p tcp ! --dport 80 -j DROP"), "destination-port")).toBeNull();
    expect(numberAsked(rule("-m mark --mark 1/1 -j DROP"), "mark")).toBeNull();
  });

  test("a set, a type of address", () => {
    expect(ipsetAsked(rule("-m set --match-set bans src -j DROP"))).toBe("bans");
    expect(ipsetAsked(rule("-m set ! --match-set bans src -j DROP"))).toBeNull();
    expect(asksLocal(rule("-m addrtype --dst-type LOCAL -j DROP"), "destination")).toBe(true);
    expect(asksLocal(rule("-m addrtype ! --dst-type LOCAL -j DROP"), "destination")).toBe(false);
    expect(asksLocal(rule("-m addrtype --dst-type LOCAL,BROADCAST -j DROP"), "destination")).toBe(false);
  });

  test("nothing else", () => {
    const one = rule("-s 10.0.0.0/8 ! -o br0 -j DROP");
    expect(asksOnly(one, "source", "out")).toBe(true);
    expect(asksOnly(one, "source")).toBe(false);
    expect(asksOnly(rule("-s 10.0.0.0/8 -m limit --limit 1/s -j DROP"), "source")).toBe(false);
    expect(speaksOf(one, "out")).toBe(true);
    expect(speaksOf(one, "out", false)).toBe(false);
    expect(speaksOf(one, "in")).toBe(false);
    expect(speaksOf(one, "destination")).toBe(false);
  });
});

test("a rule gives a connection an address", () => {
  const to = (value: string, port: number | null) => ({ address: address(value).value, port });
  expect(givenAddress(natRule("-p tcp -j DNAT --to-destination 10.0.0.2:80"), "destination")).toEqual(
    to("10.0.0.2", 80),
  );
  expect(givenAddress(natRule("-p tcp -j DNAT --to-destination [fd00::2]:80", 6), "destination")).toEqual(
    to("fd00::2", 80),
  );
  expect(givenAddress(natRule("-j DNAT --to-destination 10.0.0.2"), "destination")).toEqual(to("10.0.0.2", null));
  expect(givenAddress(natRule("-j DNAT --to-destination 10.0.0.2-10.0.0.9"), "destination")).toBeNull();
  expect(givenAddress(natRule("-p tcp -j DNAT --to-destination 10.0.0.2:80-90"), "destination")).toBeNull();
  expect(givenAddress(natRule("-j DNAT --to-destination 10.0.0.2"), "source")).toBeNull();
  expect(isSourceNat(natRule("-j SNAT --to-source 10.0.0.2"))).toBe(true);
  expect(isSourceNat(natRule("-j MASQUERADE"))).toBe(true);
  expect(isSourceNat(natRule("-p tcp -j REDIRECT --to-ports 80"))).toBe(false);
});

test("ranges and prefixes", () => {
  const ten = prefix("10.0.0.0/8");
  expect(formatPrefix(prefixOfRange(rangeOf(ten), 4) ?? prefix("::/0"))).toBe("10.0.0.0/8");
  expect(prefixOfRange({ from: 1n, to: 2n }, 4)).toBeNull();
  expect(prefixOfRange({ from: 1n, to: 3n }, 4)).toBeNull();
  expect(prefixOfRange({ from: 4n, to: 7n }, 4)).toMatchObject({ length: 30 });
  const odd = prefixesOfRange({ from: address("10.0.0.1").value, to: address("10.0.0.6").value }, 4);
  expect(odd.map(formatPrefix)).toEqual(["10.0.0.1/32", "10.0.0.2/31", "10.0.0.4/31", "10.0.0.6/32"]);
  expect(covers(rangeOf(ten), prefix("10.1.0.0/16"))).toBe(true);
  expect(covers(rangeOf(prefix("10.1.0.0/16")), ten)).toBe(false);
  expect(meets(rangeOf(prefix("10.1.0.0/16")), ten)).toBe(true);
  expect(meets(rangeOf(prefix("11.0.0.0/8")), ten)).toBe(false);
  expect(isWholly(rangeOf(ten), ten)).toBe(true);
  expect(isWholly(rangeOf(ten), prefix("10.0.0.0/9"))).toBe(false);
  expect(isEverything(rangeOf(prefix("0.0.0.0/0")), 4)).toBe(true);
  expect(isEverything(rangeOf(prefix("0.0.0.0/0")), 6)).toBe(false);
});
