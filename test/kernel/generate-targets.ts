import type { Random } from "../support/random.ts";
import { addresses, destinationPorts, type Place } from "./generate-matches.ts";

const rejections: Readonly<Record<4 | 6, readonly string[]>> = {
  4: [
    "icmp-net-unreachable",
    "icmp-host-unreachable",
    "icmp-proto-unreachable",
    "icmp-port-unreachable",
    "icmp-net-prohibited",
    "icmp-host-prohibited",
    "icmp-admin-prohibited",
  ],
  6: [
    "icmp6-no-route",
    "icmp6-adm-prohibited",
    "icmp6-addr-unreachable",
    "icmp6-port-unreachable",
    "icmp6-policy-fail",
    "icmp6-reject-route",
  ],
};

/** What a rule does, with `-j`; empty for a rule that only counts. */
export function target(r: Random, place: Place, protocol: string | null): string {
  switch (place.table) {
    case "nat":
      return natTarget(r, place, protocol);
    case "mangle":
      return r.weighted<() => string>([
        [6, () => changing(r, place.family)],
        [2, () => quiet(r)],
        [2, () => "-j RETURN"],
        [1, () => "-j ACCEPT"],
        [0.4, () => "-j DROP"],
      ])();
    case "raw":
      return r.weighted([
        [3, r.pick(["-j CT --notrack", "-j NOTRACK"])],
        [1, markTarget(r)],
        [2, "-j RETURN"],
        [2, "-j ACCEPT"],
        [0.4, "-j DROP"],
      ]);
    default:
      return r.weighted<() => string>([
        [6, () => "-j ACCEPT"],
        [4, () => "-j DROP"],
        [3, () => reject(r, place.family, protocol)],
        [2, () => "-j RETURN"],
        [2, () => quiet(r)],
        [1, () => markTarget(r)],
        [1, () => connectionMark(r)],
      ])();
  }
}

function reject(r: Random, family: 4 | 6, protocol: string | null): string {
  if (protocol === "tcp" && r.chance(0.5)) return "-j REJECT --reject-with tcp-reset";
  return r.chance(0.3) ? "-j REJECT" : `-j REJECT --reject-with ${r.pick(rejections[family])}`;
}

/** Targets that a packet passes unchanged. */
const quiet = (r: Random): string =>
  r.pick(["", '-j LOG --log-prefix "vskt "', "-j NFLOG --nflog-group 5", "-j AUDIT --type accept"]);

function markTarget(r: Random): string {
  const value = `0x${r.below(4)}`;
  return `-j MARK ${r.pick([
    `--set-mark ${value}`,
    `--set-xmark ${value}/0x${r.below(4)}`,
    `--and-mark ${value}`,
    `--or-mark ${value}`,
    `--xor-mark ${value}`,
  ])}`;
}

function connectionMark(r: Random): string {
  const value = `0x${r.below(4)}`;
  const masks = r.chance(0.5) ? ` --nfmask 0x${r.below(4)} --ctmask 0x${r.below(4)}` : "";
  return `-j CONNMARK ${r.pick([
    `--set-mark ${value}`,
    `--set-xmark ${value}/0x${r.below(4)}`,
    `--or-mark ${value}`,
    `--save-mark${masks}`,
    `--restore-mark${masks}`,
  ])}`;
}

function changing(r: Random, family: 4 | 6): string {
  const [name, option] = family === 4 ? ["TTL", "--ttl"] : ["HL", "--hl"];
  return r.weighted<() => string>([
    [4, () => markTarget(r)],
    [3, () => connectionMark(r)],
    [
      1,
      () =>
        `-j TOS ${r.pick(["--set-tos 0x10/0x3f", "--set-tos 0x08/0xff", "--and-tos 0x10", "--or-tos 0x08", "--xor-tos 0x10"])}`,
    ],
    [1, () => `-j DSCP --set-dscp ${r.pick(["0x04", "0x2e", "0x00"])}`],
    [1, () => `-j ${name} ${option}${r.pick(["-set 5", "-set 64", "-dec 1", "-inc 1", "-set 1"])}`],
    [0.3, () => "-j CLASSIFY --set-class 1:1"],
  ])();
}

const withPorts: readonly (string | null)[] = ["tcp", "udp", "sctp", "udplite"];

function natTarget(r: Random, place: Place, protocol: string | null): string {
  const { family, hook } = place;
  const isSource = hook === "POSTROUTING" || hook === "INPUT";
  const mayPort = withPorts.includes(protocol);
  const random = r.chance(0.1) ? " --random" : "";
  return r.weighted<() => string>([
    [5, () => addressNat(r, family, isSource, mayPort)],
    [
      2,
      () => {
        if (hook === "POSTROUTING")
          return `-j MASQUERADE${mayPort && r.chance(0.2) ? " --to-ports 30000-30999" : random}`;
        if (hook === "INPUT") return "";
        return `-j REDIRECT${mayPort && r.chance(0.5) ? ` --to-ports ${r.pick(["8080", "9000-9003"])}` : ""}`;
      },
    ],
    [1, () => `-j NETMAP --to ${family === 4 ? `10.77.${1 + r.below(3)}.0/24` : `fd77:${1 + r.below(3)}::/64`}`],
    [2, () => "-j RETURN"],
    [1.5, () => "-j ACCEPT"],
    [1, () => markTarget(r)],
  ])();
}

function addressNat(r: Random, family: 4 | 6, isSource: boolean, mayPort: boolean): string {
  const name = isSource ? "SNAT --to-source" : "DNAT --to-destination";
  const port = `${r.pick(isSource ? [30_000, 40_000] : destinationPorts)}`;
  const to = r.pick(addresses(family));
  const net = 1 + r.below(3);
  const range = family === 4 ? `10.77.${net}.2-10.77.${net}.4` : `fd77:${net}::2-fd77:${net}::4`;
  const address = r.chance(0.2) ? range : to;
  // One port alone would be enough for one connection only.
  const ports = isSource ? `${port}-${Number(port) + 999}` : r.chance(0.25) ? `${port}-${Number(port) + 9}` : port;
  const written = family === 4 ? `${address}:${ports}` : `[${address}]:${ports}`;
  const text = !mayPort || r.chance(0.4) ? address : r.chance(0.15) ? `:${ports}` : written;
  return `-j ${name} ${text}${r.chance(0.1) ? ` ${r.pick(["--random", "--persistent"])}` : ""}`;
}
