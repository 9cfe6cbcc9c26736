import { decodeText, withoutEscapes } from "./decode.ts";
import { errorIn } from "./error-text.ts";
import { lossyFilter } from "./filters.ts";
import { type CaptureKind, captureKinds } from "./kinds.ts";
import { mostPieces, type Piece, splitAtPrompts } from "./prompts.ts";
import { kindByName, recognise } from "./recognise.ts";
import type { Capture, UnreadFile } from "./snapshot.ts";

/** What became of one file. */
export interface ReadFile {
  readonly captures: readonly Capture[];
  readonly unread: readonly UnreadFile[];
}

/**
 * Reads a file that no manifest lists: a command's output, named or not, or a terminal's log with several commands. A file
 * under `netns/<container>/` was taken inside that container.
 */
export function readHandMade(file: string, bytes: Uint8Array): ReadFile {
  const decoded = decodeText(bytes);
  if (decoded === null) return unread(file, "binary file");
  if (file.endsWith(".err")) return unread(file, "error output of a command");
  const netns = /^netns\/([^/]+)\/./.exec(file)?.[1] ?? null;
  const said = kindByName(file);
  const { pieces, unreadFrom } = splitAtPrompts(withoutEscapes(decoded));
  const read = pieces.map((piece) =>
    readPiece(file, piece, piece.netns ?? netns ?? piece.promptHost, said, pieces.length === 1),
  );
  const captures = read.flatMap(({ captures }) => captures);
  const rest = `not read from line ${unreadFrom} on: it holds more than ${mostPieces} commands; give it in several files`;
  const notRead = [...read.flatMap(({ unread }) => unread), ...(unreadFrom === null ? [] : unread(file, rest).unread)];
  return captures.length + notRead.length > 0 ? { captures, unread: notRead } : unread(file, "empty file");
}

const unread = (file: string, why: string): ReadFile => ({ captures: [], unread: [{ file, why }] });
const nothing: ReadFile = { captures: [], unread: [] };

function readPiece(
  file: string,
  piece: Piece,
  netns: string | null,
  fileKind: CaptureKind | null,
  whole: boolean,
): ReadFile {
  const { command, line, text, firstLine, lastLine } = piece;
  const blank = text.trim() === "";
  const part = (why: string) => unread(file, whole ? why : `lines ${firstLine}-${lastLine}: ${why}`);
  if (command === null && blank && !(whole && fileKind !== null)) return nothing;
  if (command !== null && line?.kind == null) {
    // Enter was pressed, or a command that prints nothing, or a Markdown fence around a text that may be output.
    if (blank) return nothing;
    if (command !== "") return part(`no parser for the output of ${command.slice(0, 80)}`);
  }
  const saidKind = command === null ? fileKind : (line?.kind ?? null);
  const failed = saidKind === null ? null : failure(text, saidKind);
  if (saidKind !== null && failed !== null) {
    return { captures: [{ kind: saidKind, netns, file, state: "failed", why: failed }], unread: [] };
  }
  const partial = line === null ? null : (line.partial ?? lossyFilter(line.filters, text));
  const recognised = partial === null && !blank ? recognise(text, saidKind) : { kind: saidKind, note: null, why: "" };
  if (recognised.kind === null) return part(recognised.why);
  const note = partial === null ? recognised.note : `not whole: ${partial}`;
  const ok: Capture = {
    kind: recognised.kind,
    netns,
    file,
    state: "ok",
    text,
    firstLine,
    truncated: partial !== null,
    ...(note === null ? {} : { note }),
  };
  return { captures: [ok], unread: [] };
}

/** Why a text is no output of the kind: it is an error message, or empty where something has to be. */
function failure(text: string, kind: CaptureKind): string | null {
  if (text.trim() !== "") return errorIn(text, kind);
  return captureKinds.find(({ id }) => id === kind)?.mayBeEmpty === true ? null : "the output is empty";
}
