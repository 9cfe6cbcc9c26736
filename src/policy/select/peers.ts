import { freeAddressOn } from "../../dataplane/free-address.ts";
import { representativeOutside } from "../../dataplane/outside-candidates.ts";
import { stackNamed } from "../../dataplane/stack-ref.ts";
import type { Dataplane } from "../../dataplane/types.ts";
import { type Address, formatAddress } from "../../lib/address.ts";
import { hostWord, namespaceNameOf } from "../../model/namespace-id.ts";
import { findSegment, type Origin, parseOrigin } from "../../trace/origin.ts";
import type { Scene } from "./scene.ts";

/** One that asks or is asked. */
export type Peer =
  | { readonly kind: "container"; readonly name: string; readonly namespace: string }
  | { readonly kind: "host" }
  /** Any machine behind an interface of the host; only as who asks. */
  | { readonly kind: "uplink"; readonly name: string }
  /** Any machine outside; only as who is asked. */
  | { readonly kind: "outside" }
  /** `203.0.113.9`, or as who asks `203.0.113.9@eth0`; `origin` is the interface it comes by, or the namespace that has it. */
  | {
      readonly kind: "address";
      readonly text: string;
      readonly address: Address;
      readonly origin: string;
      readonly isOutside: boolean;
    };

/** `web`, `host`, `outside (eth0)`: as people read it. */
export function nameOf(member: Peer): string {
  if (member.kind === "container") return namespaceNameOf(member.name);
  if (member.kind === "uplink") return `outside (${member.name})`;
  return member.kind === "address" ? member.text : member.kind;
}

/** What `waysTo` calls who asks: machines outside come by an interface. */
export function originOf(member: Peer): string {
  if (member.kind === "container") return namespaceNameOf(member.name);
  if (member.kind === "uplink") return member.name;
  return member.kind === "address" ? member.origin : hostWord;
}

/** Members of a rule, and what is to be said of those that are none. */
export interface Selection {
  readonly members: readonly Peer[];
  /** Those that were named and cannot ask or be asked here, each with the reason. */
  readonly missing: readonly { readonly name: string; readonly why: string }[];
  /** Containers that a pattern or group covers and that are not running. */
  readonly leftOut: readonly string[];
}

/** Somebody who asks: as people write it, and as the trace takes it. */
export interface Asking {
  readonly text: string;
  readonly origin: Origin;
}

/** As whom a member asks in a family: of machines outside, of whom a `deny` is about each, several. */
export function askingAs({ dataplane }: Scene, member: Peer, family: 4 | 6, each: boolean): readonly Asking[] {
  if (member.kind === "address")
    return member.address.family === family ? [{ text: member.text, origin: parseOrigin(dataplane, member.text) }] : [];
  if (member.kind !== "uplink") return inNamespace(dataplane, member);
  const segment = findSegment(dataplane, member.name);
  if (segment === null) return [];
  const neighbour = each ? freeAddressOn(dataplane, member.name, family) : null;
  return [representativeOutside(dataplane, family), ...(neighbour === null ? [] : [neighbour])].map((address) => ({
    text: `${formatAddress(address)}@${member.name}`,
    origin: { kind: "outside", segment, source: () => address, assumes: [] },
  }));
}

/** Containers that share a namespace ask alike: by its owner's name, so that each question is asked once. */
function inNamespace(dataplane: Dataplane, member: Peer): readonly Asking[] {
  const stack = member.kind === "container" ? stackNamed(dataplane, member.namespace) : dataplane.own;
  return stack === null ? [] : [{ text: stack.name, origin: { kind: "stack", stack, source: null } }];
}
