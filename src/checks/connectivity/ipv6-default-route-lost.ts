import { formatAddress, isDefault } from "../../lib/address.ts";
import { sh } from "../../lib/command.ts";
import type { Host, Interface, Route } from "../../model/host.ts";
import { asCommand, interfaceSwitch, type Switch, switchOf } from "../../model/queries/switches.ts";
import { defineCheck, type Observation } from "../check.ts";

export const ipv6DefaultRouteLost = defineCheck({
  id: "ipv6-default-route-lost",
  severity: "error",
  sureness: "strong",
  category: "connectivity",
  title: "The host ignores router advertisements since IPv6 forwarding is on",
  why: "A kernel that forwards IPv6 is a router and, with accept_ra=1, no longer listens to other routers: the default route that came from one runs out, minutes or hours after Docker turned forwarding on, and the host loses IPv6.",
  fix: "`sysctl -w net.ipv6.conf.eth0.accept_ra=2`, kept in /etc/sysctl.d: listen to routers although forwarding.",
  sources: [
    "https://github.com/moby/moby/issues/43466",
    "https://github.com/docker/for-linux/issues/844",
    "Documentation/networking/ip-sysctl.rst accept_ra; net/ipv6/ndisc.c ipv6_accept_ra",
  ],
  needs: ["ip-addr", "ip6-route", "sysctl"],
  *run({ host }) {
    const { own } = host;
    if (!own.interfaces.known || !own.routes6.known) return;
    const defaults = own.routes6.value.filter(({ to, type }) => isDefault(to) && type === "unicast");
    for (const one of own.interfaces.value) {
      const acceptRa = interfaceSwitch(host, 6, one.name, "accept_ra");
      if (
        acceptRa?.value !== "1" ||
        !forwards(host, one) ||
        host.bridges.some(({ owner, name }) => owner === "docker" && name === one.name)
      )
        continue;
      const here = defaults.filter(({ nexthops }) => nexthops.some(({ device }) => device === one.name));
      const found = judge(one, here, defaults, acceptRa);
      if (found !== null) yield found;
    }
  },
});

/** The interface's own switch counts, which `all` sets for every interface when it is written (addrconf_fixup_forwarding). */
function forwards(host: Host, { name }: Interface): boolean {
  const value = interfaceSwitch(host, 6, name, "forwarding") ?? switchOf(host, "net.ipv6.conf.all.forwarding");
  return value !== null && value.value !== "0";
}

function judge(one: Interface, here: readonly Route[], all: readonly Route[], acceptRa: Switch): Observation | null {
  const fromRouter = one.addresses.filter(
    ({ address, scope, flags }) =>
      address.family === 6 && scope === "global" && (flags.includes("dynamic") || flags.includes("mngtmpaddr")),
  );
  const runsOut = here.filter(({ protocol }) => protocol === "ra");
  const [first] = fromRouter;
  const lost = all.length === 0 && first !== undefined;
  const onlyRa = runsOut.length > 0 && here.length === runsOut.length;
  if (!lost && !onlyRa) return null;
  const state = lost
    ? `the host has no IPv6 default route, though ${formatAddress(first.address)} came from a router on ${one.name}`
    : `the default route by ${one.name} came from a router and runs out`;
  return {
    subject: { kind: "interface", name: one.name },
    message: `${one.name} forwards IPv6 with accept_ra=1, so it ignores router advertisements: ${state}.`,
    evidence: [
      ...acceptRa.sources,
      ...(lost ? fromRouter.flatMap(({ sources }) => sources) : runsOut.flatMap(({ sources }) => sources)),
    ],
    severity: lost ? "error" : "warning",
    fix: {
      text: "Listen to routers although forwarding, also after the next start.",
      commands: [
        asCommand(acceptRa.key, "2"),
        sh`echo ${acceptRa.key}=2 | sudo tee -a /etc/sysctl.d/99-docker-ipv6.conf`,
      ],
      cutsTraffic: false,
    },
  };
}
