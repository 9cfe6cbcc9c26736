import { type Address, type Prefix, parsePrefix, parsePrefixedAddress } from "../../lib/address.ts";
import { parseScopedAddress, type ScopedAddress } from "../../lib/scoped-address.ts";
import type { Source } from "../../lib/source.ts";
import type { Contradiction } from "../host.ts";

/**
 * Reads addresses as the engine writes them, where no parser has looked at them. An empty text is no address; any other that is
 * none is told of, and left out.
 */
export interface AddressReader {
  /** With or without a length: old engines print a gateway as `172.17.0.1/16`. */
  readonly address: (what: string, text: string | null) => Address | null;
  /** With or without the link on which it is meant. */
  readonly scoped: (what: string, text: string) => ScopedAddress | null;
  readonly prefix: (what: string, text: string | null) => Prefix | null;
}

export function addressReader(
  subject: string,
  sources: readonly Source[],
  contradictions: Contradiction[],
): AddressReader {
  const reading =
    <T>(parse: (text: string) => T | null, kind: string) =>
    (what: string, text: string | null): T | null => {
      if (text === null || text === "") return null;
      const found = parse(text);
      if (found === null)
        contradictions.push({
          subject,
          message: `its ${what} is ${JSON.stringify(text.slice(0, 80))}, which is no ${kind}`,
          sources,
        });
      return found;
    };
  return {
    address: reading((text) => parsePrefixedAddress(text)?.address ?? null, "address"),
    scoped: reading(parseScopedAddress, "address"),
    prefix: reading(parsePrefix, "prefix"),
  };
}
