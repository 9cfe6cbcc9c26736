import { groupBy } from "../../lib/group-by.ts";
import type { Source } from "../../lib/source.ts";
import type { Change, Incomparable } from "../change.ts";
import { type Comparer, compareList } from "../compare-list.ts";
import { areAlike, type NamespaceOnSide, type NamespacePair, nameOf, type Sides } from "../match/sides.ts";

/** A kernel setting; `iface` is the interface that it is of. */
interface Setting {
  readonly key: string;
  readonly iface: string | null;
  readonly value: string;
  readonly sources: readonly Source[];
}

/**
 * Kernel settings. Those of an interface are known by what the interface is; with it they come and go. A setting that only one
 * of the captures lists may not have been asked for, unless the same collector asked on both sides.
 */
export function compareSysctls({ places }: Sides): Change[] {
  return places.flatMap((place) => {
    const { before, after } = settingsOf(place);
    const found = compareList(place, before, after, askedAlike(place) ? comparer : { ...comparer, listedBy: [] });
    return found.filter(isNotImplied(found));
  });
}

/**
 * Turning forwarding on or off for all does so for each interface, and for IPv4 turns the redirects of all the other way
 * (net/ipv4/devinet.c, inet_forward_change; net/ipv6/addrconf.c, addrconf_fixup_forwarding).
 */
function isNotImplied(changes: readonly Change[]): (change: Change) => boolean {
  const values = (change: Change | undefined) => change?.fields.map(({ before, after }) => `${before} to ${after}`)[0];
  const changeOf = (key: string) => values(changes.find(({ thing }) => thing.name === key));
  const [all4, all6] = [changeOf("net.ipv4.ip_forward"), changeOf("net.ipv6.conf.all.forwarding")];
  const redirects = all4 === "0 to 1" ? "1 to 0" : all4 === "1 to 0" ? "0 to 1" : undefined;
  return (change) => {
    const { name } = change.thing;
    if (name === "net.ipv4.conf.all.accept_redirects") return redirects === undefined || values(change) !== redirects;
    const [, family, iface] = /^net\.ipv([46])\.conf\.(.*)\.forwarding$/.exec(name) ?? [];
    if (family === undefined || (family === "6" && iface === "all")) return true;
    const all = family === "4" ? all4 : all6;
    return all === undefined || values(change) !== all;
  };
}

/** The settings that only one side lists, where nothing says that the other was asked for them. */
export function unlistedSysctls({ places }: Sides): Incomparable[] {
  return places.flatMap((place): Incomparable[] => {
    if (!areAlike(place, "sysctl") || askedAlike(place)) return [];
    const { before, after } = settingsOf(place);
    const [was, is] = [keysOf(before, place.before), keysOf(after, place.after)];
    const what = (count: number) =>
      `${count === 1 ? "a kernel setting" : `${count} kernel settings`} of ${nameOf(place)}`;
    const [onlyBefore, onlyAfter] = [missingFrom(is, was), missingFrom(was, is)];
    return [
      ...(onlyBefore.length === 0
        ? []
        : [{ what: what(onlyBefore.length), before: null, after: notListed(onlyBefore) }]),
      ...(onlyAfter.length === 0 ? [] : [{ what: what(onlyAfter.length), before: notListed(onlyAfter), after: null }]),
    ];
  });
}

const keysOf = (settings: readonly Setting[], inside: NamespaceOnSide): Set<string> =>
  new Set(settings.map((setting) => keyOf(setting, inside)));
const missingFrom = (there: ReadonlySet<string>, here: ReadonlySet<string>): string[] =>
  [...here].filter((key) => !there.has(key)).sort();
const notListed = ([first = ""]: readonly string[]): string => `sysctl does not list ${first}`;

function askedAlike({ before, after }: NamespacePair): boolean {
  const [one, other] = [before, after].map(({ side }) => side.host.identity.collector);
  return one !== null && one === other;
}

/** Of an interface that only one side has, nothing is left to compare; of a veth that nobody knows, nothing can be. */
function settingsOf(place: NamespacePair): { readonly before: Setting[]; readonly after: Setting[] } {
  const [before, after] = [readSettings(place.before), readSettings(place.after)];
  const [was, is] = [facesOf(before, place.before), facesOf(after, place.after)];
  const shared = (settings: readonly Setting[], inside: NamespaceOnSide) =>
    settings.filter(({ iface }) => {
      if (iface === null) return true;
      const label = inside.interfaceLabel(iface);
      return was.get(label)?.size === 1 && is.get(label)?.size === 1;
    });
  return { before: shared(before, place.before), after: shared(after, place.after) };
}

/** The names of interfaces that settings are of, by their labels. */
function facesOf(settings: readonly Setting[], inside: NamespaceOnSide): Map<string, ReadonlySet<string>> {
  const names = new Set(settings.flatMap(({ iface }) => (iface === null ? [] : [iface])));
  return new Map([...groupBy(names, inside.interfaceLabel)].map(([label, all]) => [label, new Set(all)]));
}

/** What the kernel counts, or sizes by the memory that happens to be free when it starts. */
const volatile = /^(net\.netfilter\.nf_conntrack_(count|buckets)|net\.ipv4\.(tcp|udp)_mem|kernel\.random\..*|fs\..*)$/;

function readSettings({ namespace: { sysctls } }: NamespaceOnSide): Setting[] {
  if (!sysctls.known) return [];
  return Object.entries(sysctls.value).flatMap(([key, { value, sources }]): Setting[] => {
    if (volatile.test(key)) return [];
    const [, name] = ofInterface.exec(key) ?? [];
    const iface = name === undefined || name === "all" || name === "default" ? null : name.replaceAll("/", ".");
    return [{ key, iface, value: value.trim().replace(/\s+/g, " "), sources }];
  });
}

const ofInterface = /^net\.ipv[46]\.(?:conf|neigh)\.([^.]+)\./;

const spell = ({ key, iface }: Setting, name: (iface: string) => string): string => {
  if (iface === null || name(iface) === iface) return key;
  return key.replace(ofInterface, (start, printed: string) =>
    start.replace(`.${printed}.`, () => `.[${name(iface)}].`),
  );
};

const keyOf = (setting: Setting, { interfaceLabel: iface }: NamespaceOnSide): string => spell(setting, iface);

const comparer: Comparer<Setting> = {
  kind: "sysctl",
  listedBy: ["sysctl"],
  keyOf,
  nameOf: (setting, { interfaceName }) => spell(setting, interfaceName),
  withinOf: (_, { name }) => name,
  properties: [{ name: "value", of: ({ value }) => value, essential: true }],
};
