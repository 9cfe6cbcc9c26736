import type { AddressRange } from "./fields.ts";
import type { PortRange } from "./packet.ts";
import type { ElementSet, MapElement } from "./sets.ts";

/** What a rule does with a packet that came this far in it. */
export type Action =
  | { readonly kind: "accept" | "drop" | "return" }
  /** Goes on with the next rule: LOG, counters, and all else that changes nothing which this program looks at. */
  | { readonly kind: "continue" }
  /** `with`: `icmp-port-unreachable`, `tcp-reset`, `icmp6-adm-prohibited`, … */
  | { readonly kind: "reject"; readonly with: string }
  | { readonly kind: "jump" | "goto"; readonly chain: string }
  | { readonly kind: "nat"; readonly nat: Nat }
  /** new = (old & ~clear) ^ xor, on the packet's or its connection's mark. */
  | { readonly kind: "mark"; readonly of: "packet" | "connection"; readonly clear: number; readonly xor: number }
  | { readonly kind: "save-mark" | "restore-mark"; readonly connectionMask: number; readonly packetMask: number }
  | { readonly kind: "notrack" }
  /** new = (old & ~clear) ^ xor, on the type of service or traffic class byte. */
  | { readonly kind: "set-tos"; readonly clear: number; readonly xor: number }
  /** `add` may be negative; the result stays within 0 and 255. */
  | { readonly kind: "set-ttl"; readonly how: "set" | "add"; readonly value: number }
  /** Lowers the segment size that a TCP packet offers: nothing that a match here looks at. */
  | { readonly kind: "clamp-mss" }
  /** Adds to or removes from a set what the packet says: until the next snapshot nobody knows what is in it. */
  | { readonly kind: "change-set"; readonly set: string }
  /** Does what the map holds for the packet: verdicts, rewrites or marks. A packet that is not in it goes on with the next rule. */
  | { readonly kind: "map"; readonly map: ElementSet<MapElement> }
  /** What happens then is not in any capture (NFQUEUE, TPROXY, an unknown target). */
  | { readonly kind: "unknowable"; readonly why: string; readonly isRandom?: true };

/** A rewrite of one side of the connection. Null keeps what is there. */
export type Nat =
  | {
      readonly kind: "source" | "destination";
      readonly addresses: AddressRange | null;
      readonly ports: PortRange | null;
      /** The port is chosen at random from the range, or the address kept the same for a client: both only matter for ranges. */
      readonly random: boolean;
    }
  | { readonly kind: "masquerade"; readonly ports: PortRange | null; readonly random: boolean }
  | { readonly kind: "redirect"; readonly ports: PortRange | null }
  | {
      readonly kind: "netmap";
      readonly side: "source" | "destination";
      readonly prefix: { readonly value: bigint; readonly length: number };
    };
