import { type IprouteWords, wordsOf } from "./words.ts";

/** The kinds of `ip link add type …` (iproute2's ip/iplink_*.c and link_*.c); each prints a line of its own with `-d`. */
const kinds = new Set(
  (
    "amt bareudp batadv bond bridge can dsa dummy erspan geneve gre gretap gtp hsr ifb ip6erspan ip6gre ip6gretap ip6tnl ipip " +
    "ipoib ipvlan ipvtap lowpan macsec macvlan macvtap netdevsim netkit nlmon openvswitch ovpn rmnet sit team tun vcan veth " +
    "virt_wifi vlan vrf vsockmon vti vti6 vxcan vxlan wireguard wwan xfrm"
  ).split(" "),
);

/** Words of detail lines that stand alone. Followed by `on` or `off` they are names like all others (`learning on`). */
const flags = new Set(
  (
    "netns-immutable nopromisc nodst private vepa bridge external proxy rsc l2miss l3miss learning nolearning udpcsum noudpcsum " +
    "udp6zerocsumtx noudp6zerocsumtx udp6zerocsumrx noudp6zerocsumrx remcsumtx noremcsumtx remcsumrx gbp gpe localbypass " +
    "nolocalbypass vnifilter innerprotoinherit multi_queue pmtudisc nopmtudisc ignore-df noignore-df iseq oseq icsum ocsum " +
    "any ipip ip6ip ipip6 ip4ip6 ip6ip6 mplsip"
  ).split(" "),
);

/** The kind that a detail line is about, or null when it is no detail line. */
export function detailKind(line: string): string | null {
  const word = wordsOf(line).peek();
  if (kinds.has(word) || /^[a-z]\w*_slave$/.test(word)) return word;
  // A kind newer than this program: what `ip -d link` appends to any kind gives it away.
  return /^[a-z][\w-]*$/.test(word) && / (addrgenmode|numtxqueues) /.test(line) ? word : null;
}

/** Name to value for the pairs of a detail line that can be told apart; a flag has an empty value. The first of a name counts. */
export function detailValues(text: string): Record<string, string> {
  const values: Record<string, string> = {};
  const words = wordsOf(text);
  for (let word = words.take(); word !== ""; word = words.take()) {
    if (!/^[a-z]/i.test(word)) continue;
    const isFlag = flags.has(word) && !/^(on|off)$/.test(words.peek());
    const name = word === "peer" && /^(policy|scrub)$/.test(words.peek()) ? `peer ${words.take()}` : word;
    let value = isFlag ? "" : words.take();
    if (name === "srcport") value += ` ${words.take()}`;
    if (value === "{") value = takeMap(words);
    if (!Object.hasOwn(values, name)) values[name] = value;
  }
  return values;
}

/** Takes the rest of `{ 1:2 3:4 }`. */
function takeMap(words: IprouteWords): string {
  const taken = ["{"];
  while (words.peek() !== "" && taken.at(-1) !== "}") taken.push(words.take());
  return taken.join(" ");
}
