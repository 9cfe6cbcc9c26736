import type { Test } from "./matches.ts";
import type { NumberRange } from "./packet.ts";

/** Inclusive bounds of addresses of the table's family. */
export interface AddressRange {
  readonly from: bigint;
  readonly to: bigint;
}

/** The addresses of a packet, and those that conntrack knows its connection by: of the first packet and of the answer to it. */
export type AddressField =
  | "source"
  | "destination"
  | "original-source"
  | "original-destination"
  | "reply-source"
  | "reply-destination";

/** The numbers of a packet, of its connection and of the socket that sent it. */
export type NumberField =
  | "protocol"
  | "source-port"
  | "destination-port"
  /** Type and code as they stand in the header: type * 256 + code. */
  | "icmp"
  /** The flag byte: FIN 1, SYN 2, RST 4, PSH 8, ACK 16, URG 32, ECE 64, CWR 128. */
  | "tcp-flags"
  /** Bytes of the whole IP packet. */
  | "length"
  /** TTL or hop limit. */
  | "ttl"
  /** The type of service or traffic class byte. */
  | "tos"
  | "mark"
  | "connection-mark"
  | "connection-protocol"
  | "original-source-port"
  | "original-destination-port"
  | "reply-source-port"
  | "reply-destination-port"
  /** PACKET_HOST 0, PACKET_BROADCAST 1, PACKET_MULTICAST 2 of linux/if_packet.h. */
  | "packet-type"
  /** All 48 bits of the sender's link-layer address. */
  | "source-mac"
  | "socket-uid"
  | "socket-gid";

export type Field = AddressField | NumberField;

/**
 * Whether a field, under a mask, lies in one of the ranges: what most matches ask, in all back ends. Null masks nothing. The
 * ranges are in ascending order and do not touch. A packet that lacks the field lies in none.
 */
export type FieldTest = AddressTest | NumberTest;

export interface AddressTest {
  readonly kind: "field";
  readonly field: AddressField;
  readonly mask: bigint | null;
  readonly ranges: readonly AddressRange[];
}

export interface NumberTest {
  readonly kind: "field";
  readonly field: NumberField;
  readonly mask: number | null;
  readonly ranges: readonly NumberRange[];
}

const addressFields: ReadonlySet<Field> = new Set<AddressField>([
  "source",
  "destination",
  "original-source",
  "original-destination",
  "reply-source",
  "reply-destination",
]);

export const isAddressField = (field: Field): field is AddressField => addressFields.has(field);

/** The test as one of an address; null for any other. */
export const asAddressTest = <T extends Test>(test: T): (T & AddressTest) | null =>
  test.kind === "field" && isAddressField(test.field) ? (test as T & AddressTest) : null;

const portFields: ReadonlySet<Field> = new Set<NumberField>([
  "source-port",
  "destination-port",
  "original-source-port",
  "original-destination-port",
  "reply-source-port",
  "reply-destination-port",
]);

/** The test as one of a port; null for any other. */
export const asPortTest = <T extends Test>(test: T): (T & NumberTest) | null =>
  test.kind === "field" && portFields.has(test.field) ? (test as T & NumberTest) : null;

/** That a number field has one value. */
export const fieldIs = (field: NumberField, value: number, mask: number | null = null): FieldTest => ({
  kind: "field",
  field,
  mask,
  ranges: [{ from: value, to: value }],
});

/** That a number field lies in a range. */
export const fieldIn = (field: NumberField, range: NumberRange): FieldTest => ({
  kind: "field",
  field,
  mask: null,
  ranges: [range],
});

/** That an address field lies in a range. */
export const addressWithin = (field: AddressField, range: AddressRange): FieldTest => ({
  kind: "field",
  field,
  mask: null,
  ranges: [range],
});
