import { formatAddress } from "../../lib/address.ts";
import { groupBy } from "../../lib/group-by.ts";
import type { Endpoint, Interface } from "../../model/host.ts";
import type { Change } from "../change.ts";
import { type Comparer, compareList, inOrder, listed, type Property, yesNo } from "../compare-list.ts";
import { unknownVeth } from "../match/labels.ts";
import { lackOf, type NamespaceOnSide, type NamespacePair, type Sides } from "../match/sides.ts";
import { addressesOf } from "./addresses.ts";

/**
 * Interfaces of all namespaces. Of the host those that are neither a bridge nor lead into a container, by their names; the
 * veths into containers by what is behind them; inside a container those of its networks by the network.
 */
export function compareInterfaces({ places: [host, ...insides] }: Sides): Change[] {
  return [...compareOwn(host), ...compareVeths(host), ...insides.flatMap(compareInside)];
}

function compareOwn(host: NamespacePair): Change[] {
  const [before, after] = [ownFaces(host.before), ownFaces(host.after)];
  const bridges = new Set([host.before, host.after].flatMap(({ side }) => side.host.bridges.map(({ name }) => name)));
  const own = (ifaces: readonly Interface[]) => ifaces.filter(({ name }) => !bridges.has(name));
  return compareList(host, own(before), own(after), named);
}

const facesOf = ({ namespace: { interfaces } }: NamespaceOnSide): readonly Interface[] =>
  interfaces.known ? interfaces.value : [];

function ownFaces(inside: NamespaceOnSide): Interface[] {
  const veths = new Set(inside.side.host.pairings.map((pairing) => pairing.interface));
  return facesOf(inside).filter(({ name }) => !veths.has(name));
}

/** Only what both snapshots know the container of; that one more or less is there is the bridge's or the endpoint's change. */
function compareVeths(host: NamespacePair): Change[] {
  const [before, after] = [host.before, host.after].map(vethsByLabel);
  if (before === undefined || after === undefined) return [];
  return [...before].flatMap(([label, [one, ...others]]) => {
    if (label === unknownVeth) return [];
    const [other, ...more] = after.get(label) ?? [];
    if (one === undefined || other === undefined || others.length > 0 || more.length > 0) return [];
    return compareList(host, [one], [other], veth);
  });
}

function vethsByLabel(inside: NamespaceOnSide): Map<string, Interface[]> {
  const paired = new Set(inside.side.host.pairings.flatMap((each) => (each.kind === "paired" ? [each.interface] : [])));
  return groupBy(
    facesOf(inside).filter(({ name }) => paired.has(name)),
    ({ name }) => inside.interfaceLabel(name),
  );
}

/** An interface that comes or goes with its endpoint is part of that change. */
function compareInside(place: NamespacePair): Change[] {
  const has = (inside: NamespaceOnSide) => new Set(facesOf(inside).map(({ name }) => inside.interfaceLabel(name)));
  const [before, after] = [has(place.before), has(place.after)];
  const kept = (inside: NamespaceOnSide, there: ReadonlySet<string>) =>
    facesOf(inside).filter(
      ({ name }) =>
        there.has(inside.interfaceLabel(name)) || inside.endpoints.every((endpoint) => endpoint.interface !== name),
    );
  return compareList(place, kept(place.before, after), kept(place.after, before), insideContainer(place));
}

const links = ["ip-addr", "ip-link"] as const;

const state: readonly Property<Interface>[] = [
  { name: "state", of: ({ up }) => (up ? "up" : "down"), from: [] },
  {
    name: "carrier",
    // One that is down has none.
    of: ({ up, carrier }) => (up ? yesNo(carrier) : null),
    from: [],
    unless: (before, after) => before.up !== after.up,
  },
  { name: "MTU", of: ({ mtu }) => (mtu === null ? null : String(mtu)), from: links },
  {
    name: "master",
    of: ({ master }, { interfaceName }) => master && interfaceName(master),
    keyOf: ({ master }, { interfaceLabel: iface }) => master && iface(master),
    from: links,
  },
];

/** Words of `ip -d` that say what a VLAN, a tunnel, a macvlan or a bond does. */
const words = ["id", "protocol", "mode", "local", "remote", "dev", "dstport", "vni", "table"];

const details: readonly Property<Interface>[] = [
  { name: "kind", of: ({ kind }) => kind, from: ["ip-link"] },
  { name: "other names", of: ({ altNames }) => listed(altNames), from: links },
  ...words.map(
    (word): Property<Interface> => ({ name: word, of: ({ details }) => details[word] ?? null, from: ["ip-link"] }),
  ),
];

const addresses: readonly Property<Interface>[] = ([4, 6] as const).map((family) => ({
  name: `IPv${family} addresses`,
  of: (iface) => addressesOf(iface, family),
  from: ["ip-addr"],
  essential: true,
}));

const named: Comparer<Interface> = {
  kind: "interface",
  listedBy: links,
  keyOf: ({ name }) => name,
  nameOf: ({ name }) => name,
  withinOf: (_, { name }) => name,
  properties: [
    ...state,
    ...details,
    {
      name: "MAC address",
      of: ({ mac }) => mac,
      from: links,
      unless: (before, after) => isMadeUp(before) || isMadeUp(after),
    },
    ...addresses,
  ],
};

/** Kinds to whose interfaces the kernel gives a MAC address by lot, or one of another interface, when they are made. */
const madeUp = new Set(
  "veth dummy ifb macvlan macvtap ipvlan vlan vxlan geneve gretap ip6gretap erspan tun tap vrf bridge".split(" "),
);
const isMadeUp = ({ kind, flags }: Interface): boolean =>
  flags.includes("POINTOPOINT") || (kind !== null && madeUp.has(kind));

const onOff = (value: boolean | null | undefined): string | null => (value == null ? null : value ? "on" : "off");

const veth: Comparer<Interface> = {
  kind: "interface",
  listedBy: links,
  keyOf: ({ name }, { interfaceLabel: iface }) => iface(name),
  nameOf: ({ name }, { interfaceName }) => interfaceName(name),
  withinOf: (_, { name }) => name,
  properties: [
    ...state,
    { name: "port state", of: ({ port }) => port?.state ?? null, from: [] },
    { name: "hairpin", of: ({ port }) => onOff(port?.hairpin), from: [] },
    { name: "isolated", of: ({ port }) => onOff(port?.isolated), from: [] },
    {
      name: "VLANs",
      of: ({ port }) =>
        port?.vlans == null
          ? null
          : inOrder(
              port.vlans.map(({ from, to, pvid, untagged }) =>
                [
                  from === to ? `${from}` : `${from}-${to}`,
                  ...(pvid ? ["PVID"] : []),
                  ...(untagged ? ["untagged"] : []),
                ].join(" "),
              ),
            ),
      from: [],
    },
  ],
};

const givenTo = ({ endpoints }: NamespaceOnSide): ReadonlySet<string> => new Set(endpoints.flatMap(addressTexts));

const addressTexts = ({ ipv4, ipv6 }: Endpoint): readonly string[] =>
  [ipv4, ipv6].flatMap((end) => (end === null ? [] : [formatAddress(end.address)]));

/** The addresses that the engine gave are the endpoint's change; here are those beside them, and those of them that it lacks. */
function insideContainer(place: NamespacePair): Comparer<Interface> {
  const [before, after] = [givenTo(place.before), givenTo(place.after)];
  const isEngineAsked = (["docker-inspect", "docker-network-inspect"] as const).some((kind) =>
    [place.before, place.after].every(({ side }) => lackOf(side, kind, null) !== null),
  );
  const both = new Set([...before, ...after]);
  const given = (inside: NamespaceOnSide) =>
    !isEngineAsked ? both : inside.side === place.before.side ? before : after;
  const lacking = ({ name, addresses }: Interface, { endpoints }: NamespaceOnSide) => {
    const has = new Set(addresses.map(({ address }) => formatAddress(address)));
    const own = endpoints.filter((endpoint) => endpoint.interface === name).flatMap(addressTexts);
    return listed(own.filter((address) => !has.has(address)));
  };
  return {
    kind: "interface",
    listedBy: links,
    keyOf: ({ name }, { interfaceLabel: iface }) => iface(name),
    nameOf: ({ name }, inside) => {
      const endpoint = inside.endpoints.find((each) => each.interface === name);
      return endpoint === undefined ? name : `interface on ${inside.side.labels.sayNetwork(endpoint.networkId)}`;
    },
    withinOf: (_, { name }) => name,
    properties: [
      { name: "name", of: ({ name }) => name, from: [] },
      ...state,
      ...details,
      ...([4, 6] as const).map(
        (family): Property<Interface> => ({
          name: `IPv${family} addresses`,
          of: (iface, inside) => addressesOf(iface, family, given(inside)),
          from: ["ip-addr"],
          essential: true,
        }),
      ),
      ...(isEngineAsked ? [{ name: "lacks", of: lacking, from: ["ip-addr"] } as const] : []),
    ],
  };
}
