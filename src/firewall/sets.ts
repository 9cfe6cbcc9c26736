import type { Action } from "./actions.ts";
import type { AddressField, AddressRange, NumberField } from "./fields.ts";
import type { NumberRange } from "./packet.ts";

/** The name of an interface, or what all names begin with. */
export interface InterfacePattern {
  readonly name: string;
  readonly isPrefix: boolean;
}

/** A part of what is looked up in a set or map. */
export type KeyField = AddressField | NumberField | "incoming" | "outgoing";

/** What an element holds in the place of a field of the key: an address range, a range of numbers, a name. */
export type KeyPart = AddressRange | NumberRange | InterfacePattern;

/** A set of ipset, which lies outside the rules: its type says which fields are looked up, the rule from which side of the packet. */
export interface IpSetReference {
  readonly kind: "ipset";
  readonly name: string;
  readonly sides: readonly ("source" | "destination")[];
  /** The entries marked `nomatch` match, and no others. */
  readonly returnNomatch: boolean;
}

/** A set of nftables with what is in it. No two elements of one overlap. */
export interface ElementSet<E extends SetElement = SetElement> {
  readonly kind: "elements";
  /** Null for an anonymous one, which stands in its rule. */
  readonly name: string | null;
  readonly key: readonly KeyField[];
  readonly elements: readonly E[];
}

export interface SetElement {
  /** As many as the set's key has fields. */
  readonly key: readonly KeyPart[];
}

/** An element of a map: what is done with a packet whose key it is. */
export interface MapElement extends SetElement {
  readonly action: Action;
}

export type SetReference = IpSetReference | ElementSet;
