import { isTransport } from "../../lib/protocol.ts";
import type { PortChoice, Term } from "../policy.ts";
import { termsOf, type Wrong } from "./read-tree.ts";

/** What an `allow` or a `deny` is about. */
export interface Flow {
  readonly from: readonly Term[];
  readonly to: Term;
  readonly ports: readonly PortChoice[];
}

/** Reads `outside, @front -> db:5432,53/udp`: who, whom, and at which ports. */
export function readFlow(text: string, line: number, wrong: Wrong): Flow {
  const [left, right, ...more] = text.split("->");
  if (left === undefined || right === undefined || more.length > 0)
    throw wrong(line, `write who -> whom:port, such as outside -> web:443, instead of ${text}`);
  const from = termsOf(left, line);
  if (from.length === 0) throw wrong(line, "nobody stands before the ->");
  // A container that is called as a word of rules is marked: `container:host:80`.
  const match = /^(\[[^\]]*\]|container:[^\s:,[\]]+(?= ?:)|[^\s:,[\]]*) ?(?::(.*))?$/.exec(right.trim());
  const to = match?.[1] ?? "";
  if (match === null || match[2]?.includes(":") === true)
    throw wrong(
      line,
      `behind the -> stands one name and its ports, such as web:443,53/udp, or [IPv6 address]:443; for several names make a set`,
    );
  if (to === "") throw wrong(line, "nobody stands behind the ->");
  if (match[2] === undefined || match[2].trim() === "")
    throw wrong(line, `${to} needs a port: ${to}:443, ${to}:53/udp, or ${to}:* for all that are known`);
  return {
    from,
    to: { text: to.replace(/^\[|\]$/g, ""), line },
    ports: match[2].split(",").map((port) => readPort(port.trim(), line, wrong)),
  };
}

function readPort(text: string, line: number, wrong: Wrong): PortChoice {
  const match = /^(\*|\d+)(?:\/(\w+))?$/.exec(text);
  if (match === null) {
    const hint = /^\d+\s*-\s*\d+/.test(text) ? "ranges are not known here: " : "";
    throw wrong(
      line,
      `${hint}${text === "" ? "nothing" : text} is no port: write 443, 53/udp, several with commas, or *`,
    );
  }
  const protocol = match[2]?.toLowerCase() ?? null;
  if (protocol !== null && !isTransport(protocol)) throw wrong(line, `${protocol} is none of tcp, udp, sctp`);
  if (match[1] === "*") return { protocol, port: "any" };
  const port = Number(match[1]);
  if (port < 1 || port > 65535) throw wrong(line, `${match[1]} is no port: they go from 1 to 65535`);
  return { protocol: protocol ?? "tcp", port };
}
