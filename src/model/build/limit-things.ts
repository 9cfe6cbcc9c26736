import type { Note } from "../../parsers/parser.ts";
import type { ParsedCapture } from "../../parsers/registry.ts";

/** As many of each a host may have: no machine is near it, and each costs a stack, its routes and its place in every picture. */
export const most = { containers: 10_000, networks: 10_000, endpoints: 10_000, interfaces: 20_000 } as const;

/** The captures without what is too much, which is said in a note where it begins. */
export function limitThings(parsed: readonly ParsedCapture[]): readonly ParsedCapture[] {
  return parsed.map((one): ParsedCapture => {
    switch (one.kind) {
      case "docker-inspect":
        return limitAttachments({ ...one, ...cut(one, one.data, "containers") });
      case "docker-ps":
        return { ...one, ...cut(one, one.data, "containers") };
      case "docker-network-ls":
        return { ...one, ...cut(one, one.data, "networks") };
      case "ip-addr":
        return { ...one, ...cut(one, one.data, "interfaces") };
      case "ip-link":
        return { ...one, ...cut(one, one.data, "interfaces") };
      case "docker-network-inspect":
        return limitEndpoints({ ...one, ...cut(one, one.data, "networks") });
      default:
        return one;
    }
  });
}

type Of<K extends ParsedCapture["kind"]> = Extract<ParsedCapture, { readonly kind: K }>;

/** Each container keeps those endpoints for which there is room left. */
function limitAttachments(one: Of<"docker-inspect">): ParsedCapture {
  const room = roomFor(one);
  const data = one.data.map((container) => ({ ...container, networks: room.take(container.networks) }));
  return { ...one, data, notes: room.notes() };
}

/** Each network keeps those endpoints for which there is room left. */
function limitEndpoints(one: Of<"docker-network-inspect">): ParsedCapture {
  const room = roomFor(one);
  const data = one.data.map((network) => ({ ...network, endpoints: room.take(network.endpoints) }));
  return { ...one, data, notes: room.notes() };
}

/** Counts the endpoints of a capture, and notes where there are too many. */
function roomFor(one: ParsedCapture) {
  let left: number = most.endpoints;
  let over: Note | null = null;
  return {
    take: <T extends { readonly line: number }>(items: readonly T[]): readonly T[] => {
      const first = items[left];
      if (first === undefined) {
        left -= items.length;
        return items;
      }
      over ??= noteAt(one, first.line, "endpoints");
      const kept = items.slice(0, left);
      left = 0;
      return kept;
    },
    notes: (): readonly Note[] => (over === null ? one.notes : [...one.notes, over]),
  };
}

function cut<T extends { readonly line: number }>(
  one: ParsedCapture,
  data: readonly T[],
  what: keyof typeof most,
): { readonly data: readonly T[]; readonly notes: readonly Note[] } {
  const first = data[most[what]];
  if (first === undefined) return { data, notes: one.notes };
  return { data: data.slice(0, most[what]), notes: [...one.notes, noteAt(one, first.line, what)] };
}

function noteAt({ capture }: ParsedCapture, line: number, what: keyof typeof most): Note {
  const text = capture.text.split("\n", line - capture.firstLine + 1).at(-1) ?? "";
  // A listing of JSON may be one line.
  return { line, text: text.slice(0, 200), why: `more than ${most[what]} ${what}: those from here on are left out` };
}
