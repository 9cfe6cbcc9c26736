import { canonicalAddress, formatAddress, formatPrefix } from "../../lib/address.ts";
import type { NamespaceOnSide, NamespaceSide } from "../match/sides.ts";

/** How the values of rules are spelled for comparing. */
export interface Spelling {
  /** Ids, and interfaces named after them, as what they are. */
  readonly key: (text: string) => string;
  /** The same, and addresses and subnets as whose they are. */
  readonly role: (text: string) => string;
  readonly isInside: boolean;
}

export interface Spellings {
  readonly before: Spelling;
  readonly after: Spelling;
}

/** How the rules of each namespace of a side are spelled. */
export function spellingsOf(side: NamespaceSide): (inside: NamespaceOnSide) => Spelling {
  const { labels } = side;
  const roles = rolesOf(side);
  const role = (key: (text: string) => string) => (text: string) => {
    const [, bare = "", rest = ""] = withSuffix.exec(text) ?? [];
    const address = canonicalAddress(bare) ?? bare;
    const owner = roles.get(text) ?? roles.get(address);
    return owner === undefined ? key(text) : owner + rest;
  };
  const inside = { key: memo(labels.text), role: memo(role(labels.text)), isInside: true };
  const onHost = (text: string) => {
    const label = labels.interfaceLabel(text);
    return label === text ? labels.text(text) : label;
  };
  const host = { key: memo(onHost), role: memo(role(onHost)), isInside: false };
  return ({ netns }) => (netns === null ? host : inside);
}

/** Whose each address and each subnet is. */
function rolesOf({ host, labels }: NamespaceSide): ReadonlyMap<string, string> {
  const roles = new Map<string, string>();
  for (const { id, subnets } of host.networks) {
    for (const { family, subnet, gateway } of subnets) {
      roles.set(formatPrefix(subnet), `<IPv${family} subnet of ${labels.network(id)}>`);
      if (gateway !== null) roles.set(formatAddress(gateway), `<IPv${family} gateway of ${labels.network(id)}>`);
    }
  }
  for (const { name, endpoints } of host.containers) {
    for (const { networkId, ipv4, ipv6 } of endpoints) {
      const role = `<endpoint ${labels.container(name)} ${labels.network(networkId)}>`;
      for (const end of [ipv4, ipv6]) if (end !== null) roles.set(formatAddress(end.address), role);
    }
  }
  return roles;
}

/** `172.18.0.2`, `172.18.0.2/32`, `172.18.0.2:80`, `[fd00::2]:80`, `fd00::2/128`: the address, and what counts of the rest. */
const withSuffix = /^\[?([0-9a-f.]+|[0-9a-f:]+)\]?(?:\/32|\/128)?(:\d+(?:-\d+)?)?$/;

/** The values of rules repeat: a rule set of thousands has some dozens. */
function memo(spell: (text: string) => string): (text: string) => string {
  const known = new Map<string, string>();
  return (text) => {
    const before = known.get(text);
    if (before !== undefined) return before;
    const spelled = spell(text);
    known.set(text, spelled);
    return spelled;
  };
}
