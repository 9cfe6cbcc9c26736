import { decodeText, withoutEscapes } from "../decode.ts";
import { errorIn } from "../error-text.ts";
import { type CaptureKind, captureKinds } from "../kinds.ts";
import { kindByName, plainName, recognise } from "../recognise.ts";
import type { Capture } from "../snapshot.ts";
import type { ReadFile, Taken } from "../taken.ts";
import { lossyFilter } from "./filters.ts";
import { mostPieces, type Piece, splitAtPrompts } from "./pieces.ts";
import { areOneNamespace, splitRepeats } from "./repeats.ts";

/**
 * Reads a file that no manifest lists: a command's output, named or not, or a terminal's log with several commands. A file
 * under `netns/<container>/` was taken inside that container.
 */
export function readHandMade(file: string, bytes: Uint8Array): ReadFile {
  const decoded = decodeText(bytes);
  if (decoded === null) return unread(file, "binary file");
  if (file.endsWith(".err")) return unread(file, "error output of a command");
  const folder = /(?:^|\/)netns\/([^/]+)\/./.exec(file)?.[1] ?? null;
  const said = kindByName(file);
  const { pieces, unreadFrom } = splitAtPrompts(withoutEscapes(decoded), file);
  const read = pieces.map((piece) => readPiece(file, piece, folder, said, pieces.length === 1));
  const taken = read.flatMap((one) => one.taken);
  const rest = `not read from line ${unreadFrom} on: it holds more than ${mostPieces} commands; give it in several files`;
  const notRead = [...read.flatMap((one) => one.unread), ...(unreadFrom === null ? [] : unread(file, rest).unread)];
  return taken.length + notRead.length > 0 ? { taken, unread: notRead } : unread(file, "empty file");
}

const unread = (file: string, why: string): ReadFile => ({ taken: [], unread: [{ file, why }] });
const nothing: ReadFile = { taken: [], unread: [] };

/** What the host or its engine tells, wherever it was asked: of a namespace inside nothing of it is read. */
const ofHost = /^(docker-|podman-|daemon-json$|brctl-show$|bridge-(link|vlan)$)/;

function readPiece(
  file: string,
  piece: Piece,
  folder: string | null,
  fileKind: CaptureKind | null,
  whole: boolean,
): ReadFile {
  const { command, line, text, firstLine, lastLine, place } = piece;
  const blank = text.trim() === "";
  const part = (why: string) => unread(file, whole ? why : `lines ${firstLine}-${lastLine}: ${why}`);
  if (command === null && blank && !(whole && fileKind !== null)) return nothing;
  if (command !== null && line?.kind == null) {
    // Enter was pressed, or a command that prints nothing, or a Markdown fence around a text that may be output.
    if (blank) return nothing;
    if (command !== "") return part(`no parser for the output of ${command.slice(0, 80)}`);
  }
  // A folder knows better than the id in a prompt.
  const netns = folder !== null && line?.where.netns == null ? folder : place.netns;
  const saidKind = command === null ? fileKind : (line?.kind ?? null);
  const asks = line?.kind != null ? line.asks : whole && fileKind !== null ? `file ${plainName(file)}` : null;
  const take = (capture: Capture, at: number, same = asks): Taken => ({
    capture,
    host: place.host,
    asks: same,
    line: at,
  });
  const failed = saidKind === null ? null : failure(text, saidKind);
  if (saidKind !== null && failed !== null) {
    const at = command === null ? firstLine : firstLine - 1;
    return { taken: [take({ kind: saidKind, netns, file, state: "failed", why: failed }, at)], unread: [] };
  }
  const partial = line === null ? null : (line.partial ?? lossyFilter(line.filters, text));
  const recognised = partial === null && !blank ? recognise(text, saidKind) : { kind: saidKind, note: null, why: "" };
  if (recognised.kind === null) return part(recognised.why);
  if (place.unsure)
    return part(`it looks like ${recognised.kind}, but whether it was taken inside ${netns} is not known`);
  if (netns !== null && ofHost.test(recognised.kind))
    return part(`${recognised.kind} was taken inside ${netns}: it is read of the host only`);
  const whatKind = recognised.kind;
  const parts = splitRepeats(whatKind, text, firstLine);
  if (parts.length > 1 && /^ip-(addr|link)$/.test(whatKind) && !areOneNamespace(parts))
    return part(`${whatKind} of several namespaces, and whose they are is not known: give each with its own command`);
  const taken = parts.map(({ text: own, firstLine: from }) => {
    const { kind, note } = parts.length === 1 ? { ...recognised, kind: whatKind } : recogniseAgain(own, whatKind);
    const said = partial === null ? note : `not whole: ${partial}`;
    const base = { kind, netns, file, state: "ok", text: own, firstLine: from } as const;
    const capture: Capture = { ...base, truncated: partial !== null, ...(said === null ? {} : { note: said }) };
    return take(capture, from, asks ?? (parts.length === 1 ? null : `lines ${firstLine}-${lastLine}`));
  });
  return { taken, unread: [] };
}

/** A part of a text that was recognised as a whole: of rule sets the family may be another. */
function recogniseAgain(text: string, kind: CaptureKind): { readonly kind: CaptureKind; readonly note: string | null } {
  const recognised = recognise(text, kind);
  return recognised.kind === null ? { kind, note: null } : recognised;
}

/** Why a text is no output of the kind: it is an error message, or empty where something has to be. */
function failure(text: string, kind: CaptureKind): string | null {
  if (text.trim() !== "") return errorIn(text, kind);
  return captureKinds.find(({ id }) => id === kind)?.mayBeEmpty === true ? null : "the output is empty";
}
