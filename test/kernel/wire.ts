import { formatAddress, parseAddress } from "../../src/lib/address.ts";

/** The fields of a packet that the test sets and looks at. Addresses are canonical text. */
export interface Wire {
  readonly family: 4 | 6;
  readonly source: string;
  readonly destination: string;
  readonly protocol: number;
  readonly sourcePort: number;
  readonly destinationPort: number;
  /** ICMP's; 0 for other protocols. */
  readonly type: number;
  readonly code: number;
  readonly flags: number;
  readonly tos: number;
  readonly ttl: number;
  /** Recognises the packet: TCP's sequence number, otherwise in the payload. */
  readonly id: number;
  /** TCP's acknowledgment number. */
  readonly acknowledges: number;
  /** Bytes of payload after the id. */
  readonly extra: number;
}

const withPorts = [6, 17, 132, 136];

function addressBytes(text: string): Buffer {
  const address = parseAddress(text);
  if (address === null) throw new Error(`no address: ${text}`);
  return Buffer.from(address.value.toString(16).padStart(address.family === 4 ? 8 : 32, "0"), "hex");
}

function addressText(bytes: Buffer): string {
  return formatAddress({ family: bytes.length === 4 ? 4 : 6, value: BigInt(`0x${bytes.toString("hex")}`) });
}

/** The ones' complement sum of RFC 1071. */
function checksum(...parts: readonly Buffer[]): number {
  const all = Buffer.concat(
    parts.map((part) => (part.length % 2 === 0 ? part : Buffer.concat([part, Buffer.alloc(1)]))),
  );
  let sum = 0;
  for (let at = 0; at < all.length; at += 2) sum += all.readUInt16BE(at);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}

/** The bytes of the whole IP packet. */
export function encode(wire: Wire): Buffer {
  const source = addressBytes(wire.source);
  const destination = addressBytes(wire.destination);
  const body = encodeBody(wire);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(body.length);
  const pseudo = Buffer.concat([source, destination, length, Buffer.from([0, 0, 0, wire.protocol])]);
  const at = { 6: 16, 17: 6, 136: 6, 1: 2, 58: 2 }[wire.protocol];
  if (at !== undefined) body.writeUInt16BE(checksum(...(wire.protocol === 1 ? [] : [pseudo]), body) || 0xffff, at);
  if (wire.protocol === 132) body.writeUInt32LE(crc32c(body), 8);
  return Buffer.concat([encodeHeader(wire, source, destination, body.length), body]);
}

function encodeHeader(wire: Wire, source: Buffer, destination: Buffer, length: number): Buffer {
  if (wire.family === 6) {
    const header = Buffer.alloc(8);
    header.writeUInt32BE(((6 << 28) | (wire.tos << 20)) >>> 0);
    header.writeUInt16BE(length, 4);
    header[6] = wire.protocol;
    header[7] = wire.ttl;
    return Buffer.concat([header, source, destination]);
  }
  const header = Buffer.alloc(12);
  header[0] = 0x45;
  header[1] = wire.tos;
  header.writeUInt16BE(20 + length, 2);
  header.writeUInt16BE(wire.id & 0xffff || 1, 4);
  header[8] = wire.ttl;
  header[9] = wire.protocol;
  header.writeUInt16BE(checksum(header, source, destination), 10);
  return Buffer.concat([header, source, destination]);
}

function encodeBody(wire: Wire): Buffer {
  const id = Buffer.alloc(4);
  id.writeUInt32BE(wire.id);
  const extra = Buffer.alloc(wire.extra, "x");
  const ports = Buffer.alloc(4);
  ports.writeUInt16BE(wire.sourcePort);
  ports.writeUInt16BE(wire.destinationPort, 2);
  switch (wire.protocol) {
    case 6: {
      const rest = Buffer.alloc(12);
      rest.writeUInt32BE(wire.acknowledges);
      rest[4] = 0x50;
      rest[5] = wire.flags;
      rest.writeUInt16BE(64_240, 6);
      return Buffer.concat([ports, id, rest]);
    }
    case 17:
    case 136: {
      const rest = Buffer.alloc(4);
      rest.writeUInt16BE(wire.protocol === 17 ? 12 + extra.length : 0);
      return Buffer.concat([ports, rest, id, extra]);
    }
    case 132:
      // An INIT chunk: tag, window, streams out and in, first sequence number.
      return Buffer.concat([
        ports,
        Buffer.alloc(8),
        Buffer.from([1, 0, 0, 20]),
        id,
        Buffer.from("0001000000010001", "hex"),
        id,
      ]);
    case 1:
    case 58: {
      const header = Buffer.alloc(8);
      header[0] = wire.type;
      header[1] = wire.code;
      header.writeUInt16BE(wire.sourcePort, 4);
      return Buffer.concat([header, id, extra]);
    }
    default: {
      // GRE without a key begins with zeros. REJECT answers other protocols only when their bytes happen to sum up as with
      // a checksum of ICMP's kind (`nf_reject_verify_csum`), so there is one at the end.
      const body = Buffer.concat([Buffer.from("00000800", "hex"), id, Buffer.alloc(2)]);
      body.writeUInt16BE(checksum(body), 8);
      return body;
    }
  }
}

/** RFC 9260's checksum of SCTP. */
function crc32c(bytes: Buffer): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
  }
  return ~crc >>> 0;
}

/** A packet as it was seen; `inner` is the one that an ICMP error quotes. */
export interface Decoded extends Wire {
  readonly inner: Wire | null;
  readonly length: number;
}

/** Reads a packet, or null when it is cut off (the packets that ICMP errors quote may be). */
export function decode(family: 4 | 6, bytes: Buffer): Decoded | null {
  try {
    return decodePacket(family, bytes);
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

function decodePacket(family: 4 | 6, bytes: Buffer): Decoded {
  const start = family === 4 ? (bytes.readUInt8(0) & 15) * 4 : 40;
  const body = bytes.subarray(start);
  const protocol = bytes.readUInt8(family === 4 ? 9 : 6);
  const hasPorts = withPorts.includes(protocol);
  const isIcmp = protocol === 1 || protocol === 58;
  const type = isIcmp ? body.readUInt8(0) : 0;
  const isError = isIcmp && (protocol === 1 ? [3, 4, 5, 11, 12].includes(type) : type < 128);
  const idAt = { 6: 4, 17: 8, 136: 8, 132: 16, 1: 8, 58: 8 }[protocol] ?? 4;
  return {
    family,
    source: addressText(family === 4 ? bytes.subarray(12, 16) : bytes.subarray(8, 24)),
    destination: addressText(family === 4 ? bytes.subarray(16, 20) : bytes.subarray(24, 40)),
    protocol,
    sourcePort: hasPorts ? body.readUInt16BE(0) : isIcmp && !isError ? body.readUInt16BE(4) : 0,
    destinationPort: hasPorts ? body.readUInt16BE(2) : 0,
    type,
    code: isIcmp ? body.readUInt8(1) : 0,
    flags: protocol === 6 && body.length > 13 ? body.readUInt8(13) : 0,
    tos: family === 4 ? bytes.readUInt8(1) : (bytes.readUInt16BE(0) >> 4) & 255,
    ttl: bytes.readUInt8(family === 4 ? 8 : 7),
    id: isError ? 0 : body.readUInt32BE(idAt),
    acknowledges: protocol === 6 && body.length > 11 ? body.readUInt32BE(8) : 0,
    extra: Math.max(0, body.length - idAt - 4),
    inner: isError ? decode(family, body.subarray(8)) : null,
    length: bytes.length,
  };
}
