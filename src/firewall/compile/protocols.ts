import { protocolNumber } from "../../lib/protocol.ts";
import { readNumber } from "./numbers.ts";

/** The number of a protocol given by name or number; 0 is "all". Null when the name is not known. */
export function readProtocol(text: string): number | null {
  return readNumber(text, 255) ?? protocolNumber(text);
}
