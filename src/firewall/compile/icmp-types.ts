import { fieldIn } from "../fields.ts";
import type { Test } from "../matches.ts";
import type { PortRange } from "../packet.ts";
import { always } from "./iptables/make-match.ts";
import { readNumber, readRange } from "./numbers.ts";

/** `icmp_codes` and `icmpv6_codes` in extensions/libxt_icmp.h: `type` or `type/code`. */
const names: Readonly<Record<4 | 6, ReadonlyMap<string, string>>> = {
  4: new Map(
    Object.entries({
      any: "255",
      "echo-reply": "0",
      pong: "0",
      "destination-unreachable": "3",
      "network-unreachable": "3/0",
      "host-unreachable": "3/1",
      "protocol-unreachable": "3/2",
      "port-unreachable": "3/3",
      "fragmentation-needed": "3/4",
      "source-route-failed": "3/5",
      "network-unknown": "3/6",
      "host-unknown": "3/7",
      "network-prohibited": "3/9",
      "host-prohibited": "3/10",
      "tos-network-unreachable": "3/11",
      "tos-host-unreachable": "3/12",
      "communication-prohibited": "3/13",
      "host-precedence-violation": "3/14",
      "precedence-cutoff": "3/15",
      "source-quench": "4",
      redirect: "5",
      "network-redirect": "5/0",
      "host-redirect": "5/1",
      "tos-network-redirect": "5/2",
      "tos-host-redirect": "5/3",
      "echo-request": "8",
      ping: "8",
      "router-advertisement": "9",
      "router-solicitation": "10",
      "time-exceeded": "11",
      "ttl-exceeded": "11",
      "ttl-zero-during-transit": "11/0",
      "ttl-zero-during-reassembly": "11/1",
      "parameter-problem": "12",
      "ip-header-bad": "12/0",
      "required-option-missing": "12/1",
      "timestamp-request": "13",
      "timestamp-reply": "14",
      "address-mask-request": "17",
      "address-mask-reply": "18",
    }),
  ),
  6: new Map(
    Object.entries({
      "destination-unreachable": "1",
      "no-route": "1/0",
      "communication-prohibited": "1/1",
      "beyond-scope": "1/2",
      "address-unreachable": "1/3",
      "port-unreachable": "1/4",
      "failed-policy": "1/5",
      "reject-route": "1/6",
      "packet-too-big": "2",
      "time-exceeded": "3",
      "ttl-exceeded": "3",
      "ttl-zero-during-transit": "3/0",
      "ttl-zero-during-reassembly": "3/1",
      "parameter-problem": "4",
      "bad-header": "4/0",
      "unknown-header-type": "4/1",
      "unknown-option": "4/2",
      "echo-request": "128",
      ping: "128",
      "echo-reply": "129",
      pong: "129",
      "mld-listener-query": "130",
      "mld-listener-report": "131",
      "mld-listener-done": "132",
      "mld-listener-reduction": "132",
      "router-solicitation": "133",
      "router-advertisement": "134",
      "neighbour-solicitation": "135",
      "neighbor-solicitation": "135",
      "neighbour-advertisement": "136",
      "neighbor-advertisement": "136",
      redirect: "137",
    }),
  ),
};

/** The type and codes that a name or `type/code` stands for, for this program's other readers of ICMP names. */
export function readIcmpType(text: string, family: 4 | 6): { type: number; codes: PortRange | null } | null {
  const [first = "", second, ...rest] = (names[family].get(text.toLowerCase()) ?? text).split("/");
  const type = readNumber(first, 255);
  const codes = second === undefined ? null : readRange(second, "-", 255);
  if (type === null || (second !== undefined && codes === null) || rest.length > 0) return null;
  return { type, codes };
}

/** In IPv4, type 255 stands for any (`icmp_type_code_match` in net/ipv4/netfilter/ip_tables.c); in IPv6 it is itself. */
export function icmpTest(text: string, family: 4 | 6): Test | null {
  const found = readIcmpType(text, family);
  if (found === null) return null;
  if (family === 4 && found.type === 255) return always;
  const { from, to } = found.codes ?? { from: 0, to: 255 };
  return fieldIn("icmp", { from: found.type * 256 + from, to: found.type * 256 + to });
}
