import { type ParseError, parse as parseJson } from "jsonc-parser";
import { escapeTerminal } from "../lib/escape-terminal.ts";
import { decodeText } from "./decode.ts";
import { errorIn } from "./error-text.ts";
import { type CaptureKind, captureKinds } from "./kinds.ts";
import { type Manifest, manifestSchema } from "./manifest.ts";
import { type Capture, SnapshotError, type UnreadFile } from "./snapshot.ts";

type Entry = Manifest["captures"][number];

/**
 * Reads `manifest.json`. Null when it belongs to something else: other tools have files of that name too. Throws a
 * `SnapshotError` when it is ours and broken, or of a later version.
 */
export function readManifest(bytes: Uint8Array): Manifest | null {
  const text = decodeText(bytes);
  if (text === null) return null;
  const value = parseOrThrow(text);
  if (typeof value !== "object" || value === null || !("format" in value) || value.format !== "vethscope-snapshot")
    return null;
  if ("version" in value && typeof value.version === "number" && value.version > 1) {
    const version = `version ${value.version}`;
    throw new SnapshotError(
      `manifest.json: the snapshot is of ${version}, this vethscope reads version 1; update vethscope`,
    );
  }
  const result = manifestSchema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const where = issue?.path.map((step) => (typeof step === "number" ? `[${step}]` : `.${String(step)}`)).join("") ?? "";
  throw new SnapshotError(
    `manifest.json is not valid: ${escapeTerminal(`${where.replace(/^\./, "")}: ${issue?.message ?? ""}`)}`,
  );
}

function parseOrThrow(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new SnapshotError(`manifest.json is broken JSON${brokenAt(text)}; make or copy the snapshot again`);
  }
}

/** ` in line 7`, as far as it can be said: engines word the place of a JSON error in many ways. */
function brokenAt(text: string): string {
  const errors: ParseError[] = [];
  try {
    parseJson(text, errors, { disallowComments: true });
  } catch {
    return ""; // Nested so deep that the stack ends.
  }
  const offset = errors[0]?.offset;
  return offset === undefined ? "" : ` in line ${text.slice(0, offset).split("\n").length}`;
}

/** The captures that a manifest lists, what of it is not read, and the paths that are thereby used up. */
export function readListed(
  manifest: Manifest,
  files: ReadonlyMap<string, Uint8Array>,
): { captures: Capture[]; unread: UnreadFile[]; used: ReadonlySet<string> } {
  const captures: Capture[] = [];
  const unread: UnreadFile[] = [];
  const used = new Set<string>();
  for (const entry of manifest.captures) {
    const kind = captureKinds.find(({ id }) => id === entry.id)?.id;
    const errorFile = `${entry.path.replace(/\.[^./]*$/, "")}.err`;
    if (kind === undefined) unread.push({ file: entry.path, why: `unknown capture id ${entry.id} (newer collector?)` });
    else if (used.has(entry.path)) unread.push({ file: entry.path, why: "listed twice in the manifest" });
    else captures.push(readEntry(entry, kind, files.get(entry.path), files.get(errorFile)));
    used.add(entry.path);
    used.add(errorFile);
  }
  return { captures, unread, used };
}

/** Exit statuses of a command that was ended from outside: by `timeout`, SIGKILL, SIGTERM. */
const ended: readonly (number | null)[] = [124, 137, 143];

function readEntry(
  entry: Entry,
  kind: CaptureKind,
  bytes: Uint8Array | undefined,
  error: Uint8Array | undefined,
): Capture {
  const base = { kind, netns: entry.netns, file: entry.path };
  const ran = entry.exit !== null;
  const reason = reasonOf(entry, error);
  if (bytes === undefined) {
    if (!ran) return { ...base, state: "absent", why: reason ?? "not captured" };
    return { ...base, state: "failed", why: reason ?? "the manifest lists it, but the file is missing" };
  }
  const text = decodeText(bytes);
  if (text === null) return { ...base, state: "failed", why: "the file is binary" };
  const said = errorIn(text, kind);
  if (said !== null) return { ...base, state: "failed", why: reason ?? said };
  const empty = text.length < 1000 && /^(\[\s*\]|\{\s*\})?$/.test(text.trim());
  const mayBeEmpty = captureKinds.find(({ id }) => id === kind)?.mayBeEmpty === true;
  const failed = entry.exit !== null && entry.exit !== 0;
  if (empty && (failed || (text.trim() === "" && !mayBeEmpty)))
    return { ...base, state: "failed", why: reason ?? "the output is empty" };
  return {
    ...base,
    state: "ok",
    text,
    firstLine: 1,
    truncated: entry.truncated || ended.includes(entry.exit),
    ...(reason === null ? {} : { note: reason }),
  };
}

/** Why a command failed: what the collector says, what the command said, or its exit status. */
function reasonOf(entry: Entry, error: Uint8Array | undefined): string | null {
  const said = error === undefined ? "" : (decodeText(error) ?? "").split("\n", 20).map((line) => line.trim());
  const first = said === "" ? undefined : said.find((line) => line !== "")?.slice(0, 300);
  const failed = entry.exit !== null && entry.exit !== 0;
  if (entry.why !== null)
    return failed && first !== undefined && first !== entry.why ? `${entry.why}: ${first}` : entry.why;
  return failed ? (first ?? `exit ${entry.exit}`) : null;
}
