interface VerdictCodeText {
  /** The verdict that has it. */
  readonly verdict: string;
  /** What it means, in one sentence. */
  readonly means: string;
  /** Where to look, and what to do. */
  readonly look: string;
}

/** Every code that an answer may have beside its verdict: a closed list, to which later versions only add. */
export const verdictCodes = {
  delivered: {
    verdict: "delivered",
    means: "Somebody gets the packet, and the answer comes back.",
    look: "Whether it is the service that was meant: `deliveredTo` names who got it, `sourceSeen` whom it takes for its client.",
  },
  "proxy-in-vain": {
    verdict: "delivered over TCP, dropped over UDP",
    means: "docker-proxy takes the connection on the host, and cannot pass it on to the container.",
    look: "Whether the process in the container listens on that port and on all its addresses, and whether a firewall inside stops it.",
  },
  "dropped-by-rule": {
    verdict: "dropped",
    means: "A firewall rule drops the packet.",
    look: "The rule that `decision` names, in its chain; a rule that accepts the packet has to stand before it.",
  },
  "dropped-by-policy": {
    verdict: "dropped",
    means: "No rule of the chain decides, and its policy drops the packet.",
    look: "Why no rule before accepts it: trace it with the rules that were passed over, each of which shows the part that does not match.",
  },
  "isolated-network": {
    verdict: "dropped",
    means: "The engine keeps its networks apart: the packet goes from one to another, or out of an internal one.",
    look: "Connect both containers to one network, or publish the port and ask for it at the host.",
  },
  "not-published": {
    verdict: "dropped",
    means: "The engine lets only published ports be reached from outside of the container's network.",
    look: "Publish the port, or ask from a container on the same network.",
  },
  "bridge-port": {
    verdict: "dropped",
    means:
      "The bridge does not pass the frame between these two ports: isolated ports, other VLANs, or back out of the port it came by.",
    look: "`bridge -d link` and `bridge vlan` show the ports' settings.",
  },
  "answer-lost": {
    verdict: "dropped",
    means: "The packet arrives, and the answer does not come back.",
    look: "The way back in `reply`: a rule without ESTABLISHED, another route, or NAT that is missing.",
  },
  "rejected-by-rule": {
    verdict: "rejected",
    means: "A firewall rule refuses the packet and tells its sender.",
    look: "The rule that `decision` names.",
  },
  "no-listener": {
    verdict: "refused, or dropped where the refusal gets lost",
    means: "The packet arrives at the right namespace, and no process listens there.",
    look: "Whether the process runs, and on which address it listens: one on 127.0.0.1 hears only its own container.",
  },
  "not-translated": {
    verdict: "refused, or dropped where the refusal gets lost",
    means:
      "The engine publishes the port, but no rule translates the packet and docker-proxy does not listen: the host has it and nobody takes it.",
    look: "The engine's DNAT rule for the port; `systemctl restart docker` writes its rules again.",
  },
  "no-route": {
    verdict: "unroutable",
    means: "The namespace has no route to the destination.",
    look: "`ip route` there; a container on an internal network has no default route.",
  },
  blackhole: {
    verdict: "unroutable",
    means: "A blackhole route swallows the packet.",
    look: "The route that the last step names.",
  },
  unreachable: {
    verdict: "unroutable",
    means: "An unreachable route refuses the packet.",
    look: "The route that the last step names.",
  },
  prohibited: {
    verdict: "unroutable",
    means: "A prohibit route refuses the packet.",
    look: "The route or the policy rule that the last step names.",
  },
  "forwarding-off": {
    verdict: "unroutable",
    means: "The packet would have to be forwarded, and the namespace does not forward.",
    look: "The setting that the last step names (`net.ipv4.ip_forward`); the engine sets it when it starts.",
  },
  "no-neighbour": {
    verdict: "unroutable",
    means: "Nobody on the link has the address of the next hop.",
    look: "Whether the container runs and has that address; a published port may lead to an address that is no longer there.",
  },
  "no-address": {
    verdict: "unroutable",
    means: "The sender has no address of this family.",
    look: "Whether its network has IPv6, or IPv4, turned on.",
  },
  martian: {
    verdict: "unroutable",
    means: "The kernel drops a packet whose source or destination cannot come in by that interface.",
    look: "Loopback addresses need route_localnet; one's own address cannot come from outside.",
  },
  "reverse-path": {
    verdict: "unroutable",
    means: "The reverse-path filter drops the packet: the way back to its source leaves by another interface.",
    look: "`rp_filter` of the interface, and the routes to the source.",
  },
  "link-down": {
    verdict: "unroutable",
    means: "An interface on the way is down, or its veth is on no bridge.",
    look: "`ip link` and `bridge link`; connecting the container anew puts its veth back.",
  },
  loop: {
    verdict: "unroutable",
    means: "The packet goes round in circles.",
    look: "The routes of the namespaces that the steps name.",
  },
  "ttl-expired": {
    verdict: "unroutable",
    means: "The packet's TTL or hop limit runs out.",
    look: "Rules that set it, and loops.",
  },
  misrouted: {
    verdict: "unroutable",
    means: "The packet goes to somebody else than the one who has the address.",
    look: "The routes for the address, and subnets that overlap.",
  },
  "name-unknown": {
    verdict: "unroutable",
    means: "The sender cannot resolve the name.",
    look: "Containers find each other by name on a network that both are on; the default bridge has no DNS.",
  },
  "several-outcomes": {
    verdict: "ambiguous",
    means:
      "Several ends are possible and each does happen: the kernel picks at random or in turn, or it depends on where a machine outside comes in.",
    look: "`outcomes` has each of them with its way.",
  },
  "not-understood": {
    verdict: "unknown",
    means: "The question is malformed, or names what is not in the snapshot.",
    look: "`error` says what is wrong with it, and what would fit.",
  },
  "not-captured": {
    verdict: "unknown",
    means: "The snapshot does not hold what decides.",
    look: "`because` names what is missing; the collector, run as root, captures it.",
  },
  "not-evaluated": {
    verdict: "unknown",
    means: "Rules or settings of a kind that is not followed may decide.",
    look: "`because` names the rule, the set or the table.",
  },
  "depends-on-packet": {
    verdict: "unknown",
    means: "It depends on something of the packet that the question does not say, such as its source port or TTL.",
    look: "`because` names it; ask with it where that is possible.",
  },
  "too-complex": {
    verdict: "unknown",
    means: "So many ways are possible that they are not all followed.",
    look: "`because` names the bound that was met.",
  },
} as const satisfies Readonly<Record<string, VerdictCodeText>>;

/** Why a verdict is as it is, for programs: one of a closed list. */
export type VerdictCode = keyof typeof verdictCodes;
