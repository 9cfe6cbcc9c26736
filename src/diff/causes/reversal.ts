import { enumerate } from "../../lib/enumerate.ts";
import type { Source } from "../../lib/source.ts";
import type { Host, Namespace } from "../../model/host.ts";
import { hostWord, namespaceNameOf } from "../../model/namespace-id.ts";
import type { Change } from "../change.ts";

/** A change, or several that go together, and the after side without it. */
export interface Reversal {
  /** What was changed, in a few words. */
  readonly text: string;
  readonly before: readonly Source[];
  readonly after: readonly Source[];
  /** Takes it back on (a version of) the after side. */
  readonly apply: (after: Host) => Host;
}

/** The host with one namespace made anew. */
export function withNamespace(host: Host, id: string, make: (namespace: Namespace) => Namespace): Host {
  const change = (one: Namespace) => (one.name === id ? make(one) : one);
  return { ...host, own: change(host.own), sandboxes: host.sandboxes.map(change) };
}

/** The namespace that a change is in, by what it is called there: `host`, or a container as `namespaceNameOf` writes it. */
export function namespaceNamed({ own, sandboxes }: Host, name: string): Namespace | null {
  if (name === own.name) return own;
  const isIn = ({ containers }: Namespace) => containers.some((one) => namespaceNameOf(one) === name);
  return sandboxes.find((one) => one.name === name || isIn(one)) ?? null;
}

/** Changes that are taken back together, with what they are called when there are several. */
interface Part {
  readonly kinds: readonly Change["thing"]["kind"][];
  readonly many: string;
  readonly restore: (after: Namespace, before: Namespace) => Namespace;
}

/** The parts of a namespace that can be as they were without the rest of it being touched. */
const parts: readonly Part[] = [
  {
    kinds: ["listener"],
    many: "listening sockets",
    restore: (after, { listeners }) => ({ ...after, listeners }),
  },
  { kinds: ["ipset"], many: "sets of addresses", restore: (after, { ipsets }) => ({ ...after, ipsets }) },
  {
    kinds: ["route"],
    many: "routes",
    restore: (after, { routes, routes6 }) => ({ ...after, routes, routes6 }),
  },
  {
    kinds: ["policy-rule"],
    many: "policy routing rules",
    restore: (after, { rules, rules6 }) => ({ ...after, rules, rules6 }),
  },
  {
    kinds: ["interface", "route"],
    many: "interfaces and their routes",
    restore: (after, { interfaces, routes, routes6 }) => ({ ...after, interfaces, routes, routes6 }),
  },
];

/** Everything but rules that can be taken back for itself: settings one by one, sockets, sets, routes, interfaces, bridges. */
export function revertThings(before: Host, changes: readonly Change[]): readonly Reversal[] {
  const spaces = [...new Set(changes.flatMap(({ thing }) => (thing.within === null ? [] : [thing.within])))];
  const inside = spaces.flatMap((within) => {
    const here = changes.filter(({ thing }) => thing.within === within);
    return [...revertSettings(before, within, here), ...revertParts(before, within, here)];
  });
  return [...inside, ...revertBridges(before, changes)];
}

function revertSettings(before: Host, within: string, changes: readonly Change[]): readonly Reversal[] {
  return changes.flatMap((change): Reversal[] => {
    if (change.thing.kind !== "sysctl") return [];
    const key = change.thing.name;
    const apply = (after: Host): Host => {
      const was = namespaceNamed(before, formerName(change, within))?.sysctls;
      const target = namespaceNamed(after, within);
      if (was?.known !== true || target === null) return after;
      const old = was.value;
      return withNamespace(after, target.name, (one) => {
        if (!one.sysctls.known) return one;
        const others = Object.entries(one.sysctls.value).filter(([name]) => !goesWith(name, key));
        const restored = Object.entries(old).filter(([name]) => goesWith(name, key));
        return { ...one, sysctls: { known: true, value: Object.fromEntries([...others, ...restored]) } };
      });
    };
    return [toRevert([change], "", apply)];
  });
}

/** Writing to ip_forward sets every interface's own switch, too (net/ipv4/devinet.c, inet_forward_change). */
function goesWith(name: string, key: string): boolean {
  return name === key || (key === "net.ipv4.ip_forward" && /^net\.ipv4\.conf\..+\.forwarding$/.test(name));
}

function revertParts(before: Host, within: string, changes: readonly Change[]): readonly Reversal[] {
  return parts.flatMap(({ kinds, many, restore }): Reversal[] => {
    const own = changes.filter(({ thing }) => kinds.includes(thing.kind));
    const [first] = own;
    if (first === undefined || !own.some(({ thing }) => thing.kind === kinds[0])) return [];
    const apply = (after: Host): Host => {
      const was = namespaceNamed(before, formerName(first, within));
      const target = namespaceNamed(after, within);
      return was === null || target === null ? after : withNamespace(after, target.name, (one) => restore(one, was));
    };
    return [toRevert(own, `${many} of ${within}`, apply)];
  });
}

/** Bridges with their ports, and what was found behind them: a port taken off a bridge, a link set down. */
function revertBridges(before: Host, changes: readonly Change[]): readonly Reversal[] {
  const own = changes.filter(
    ({ thing }) => thing.kind === "bridge" || (thing.kind === "interface" && thing.within === hostWord),
  );
  if (own.length === 0) return [];
  const was = before.own;
  const apply = (after: Host): Host => ({
    ...after,
    own: { ...after.own, interfaces: was.interfaces, routes: was.routes, routes6: was.routes6 },
    bridges: before.bridges,
    pairings: before.pairings,
  });
  return [toRevert(own, "bridges and interfaces of the host", apply)];
}

const formerName = ({ formerly }: Change, within: string): string => formerly?.within ?? within;

function toRevert(changes: readonly Change[], many: string, apply: (after: Host) => Host): Reversal {
  return {
    text: changes.length <= 3 ? enumerate(changes.map(describeChange)) : `${changes.length} changes of ${many}`,
    before: changes.flatMap((one) => one.before),
    after: changes.flatMap((one) => one.after),
    apply,
  };
}

const kindNames: Readonly<Partial<Record<Change["thing"]["kind"], string>>> = {
  "published-port": "published port",
  "policy-rule": "policy routing rule",
  ipset: "set",
  sysctl: "",
};

/** A change in a few words: `net.ipv4.ip_forward of host was changed from 1 to 0`. */
export function describeChange({ kind, thing, fields }: Change): string {
  const what = [kindNames[thing.kind] ?? thing.kind, thing.name].filter((word) => word !== "").join(" ");
  const where = thing.within === null || thing.within === hostWord ? "" : ` of ${thing.within}`;
  const [only, ...others] = fields;
  if (kind !== "changed" || only === undefined || others.length > 0) return `${what}${where} was ${kind}`;
  const name = only.name === "value" ? "" : `: ${only.name}`;
  return `${what}${where} was changed${name} from ${only.before ?? "none"} to ${only.after ?? "none"}`;
}
