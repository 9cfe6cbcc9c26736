/**
 * A strict JSON reader (RFC 8259) that remembers where each value stands and goes on after an error. `JSON.parse` knows no
 * positions and gives up; jsonc-parser's functions recurse without a bound and its scanner cannot be imported by name.
 * Longer than other files: one grammar, whose rules call each other.
 */

/** Where an object stands in the text: its own offset and those of its members' names. Arrays are not worth the memory. */
export interface JsonPlace {
  readonly start: number;
  readonly keys: readonly string[];
  readonly keyStarts: readonly number[];
}

/** A stretch of text that could not be read, from the start of the element it belongs to. */
export interface JsonProblem {
  readonly at: number;
  readonly elementStart: number;
  readonly why: string;
}

/** What a text holds: its top-level objects, an array standing for its elements. */
export interface JsonElements {
  readonly elements: readonly object[];
  readonly places: ReadonlyMap<object, JsonPlace>;
  readonly problems: readonly JsonProblem[];
  /** Whether elements may be missing: one breaks off or cannot be read, or the text ends before the bracket that closes it. */
  readonly isBroken: boolean;
}

/** The kernel takes arguments and variables of up to 131,072 bytes, and each can need a backslash. */
const longestString = 262_144;

/** More than any map of a host has, and more mistakes than are worth telling apart. */
const mostMembers = 100_000;
const mostProblems = 100_000;

/** Deeper than anything Docker or nft print, and shallow enough for every stack. */
const depthLimit = 100;

interface Cursor {
  readonly text: string;
  readonly places: Map<object, JsonPlace>;
  readonly problems: JsonProblem[];
  pos: number;
  /** How many brackets are open inside the element being read. */
  depth: number;
  failure: { readonly at: number; readonly depth: number; readonly why: string } | null;
}

/**
 * Reads every object of the text: one array, several arrays or objects one after another, JSON lines. What stands between
 * them becomes a problem line by line; an object that breaks off becomes one problem, and reading goes on behind it.
 * With `wrapper`, the elements are those of that member's array: `{"nftables": [{…}, {…}]}`.
 */
export function readElements(text: string, wrapper?: string): JsonElements {
  const problems: JsonProblem[] = [];
  const places = new Map<object, JsonPlace>();
  const cursor: Cursor = { text, places, problems, pos: text.startsWith("\ufeff") ? 1 : 0, depth: 0, failure: null };
  const elements: object[] = [];
  const opened: { readonly closes: string; readonly at: number }[] = [];
  let isBroken = false;
  for (let next = skipSpace(cursor); next !== ""; next = skipSpace(cursor)) {
    const start = cursor.pos;
    if (problems.length >= mostProblems) {
      problems.push({ at: start, elementStart: start, why: "the rest is not read: most of the text is no JSON" });
      isBroken = true;
      break;
    }
    const wrapped = next === "{" && wrapper !== undefined ? wrapperLength(text, start, wrapper) : 0;
    if (wrapped > 0) {
      opened.push({ closes: "}", at: start }, { closes: "]", at: start });
      cursor.pos += wrapped;
    } else if (next === "{") {
      const element = readObject(cursor);
      if (element !== undefined) elements.push(element);
      else problems.push(recover(cursor, start));
      isBroken ||= element === undefined;
    } else if (next === "[" && opensArray(text, start)) {
      opened.push({ closes: "]", at: start });
      cursor.pos++;
    } else if (next === opened.at(-1)?.closes) {
      opened.pop();
      cursor.pos++;
    } else if (next === "," && (opened.length > 0 || elements.length > 0)) {
      cursor.pos++;
    } else {
      problems.push({ at: start, elementStart: start, why: opened.length > 0 ? "expected an object" : "not JSON" });
      if (next === "]" || next === "}") isBroken = true; // The beginning is missing.
      cursor.pos = opened.length > 0 ? junkEnd(text, start + 1) : lineEnd(text, start);
    }
  }
  const unclosed = opened.pop();
  if (unclosed !== undefined) {
    problems.push({
      at: text.length,
      elementStart: unclosed.at,
      why: `the text ends before the closing ${unclosed.closes}`,
    });
  }
  return { elements, places, problems, isBroken: isBroken || unclosed !== undefined };
}

/** The length of `{ "name": [` at the offset, or 0. */
function wrapperLength(text: string, start: number, name: string): number {
  const opening = /\{\s*"([^"\\]*)"\s*:\s*\[/y;
  opening.lastIndex = start;
  const match = opening.exec(text);
  return match?.[1] === name ? match[0].length : 0;
}

/** Where an element may begin again behind something that is none. */
function junkEnd(text: string, from: number): number {
  const end = /[\n,{}\]]/g;
  end.lastIndex = from;
  return end.exec(text)?.index ?? text.length;
}

/** Whether the bracket opens an array of objects; `[root@host ~]#` does not. */
function opensArray(text: string, start: number): boolean {
  const inside = /[^\s]|$/g;
  inside.lastIndex = start + 1;
  const first = inside.exec(text)?.[0] ?? "";
  return first === "{" || first === "]" || first === "";
}

/** Moves behind the element that failed: to where its brackets are closed, or to the comma or bracket that ends it. */
function recover(cursor: Cursor, elementStart: number): JsonProblem {
  const { text } = cursor;
  const failure = cursor.failure ?? { at: elementStart, depth: 0, why: "not JSON" };
  cursor.failure = null;
  cursor.depth = 0;
  let open = failure.depth;
  let pos = failure.at;
  for (; pos < text.length; pos++) {
    const char = text[pos];
    if (char === '"') {
      // A string cannot hold a line end: one that is not closed costs the rest of its line and no more.
      const string = /"(?:[^"\\\n]|\\.)*/g;
      string.lastIndex = pos;
      pos += string.exec(text)?.[0].length ?? 0;
      if (text[pos] === "\n") pos--;
    } else if (char === "{" || char === "[") {
      open++;
    } else if (char === "}" || char === "]") {
      if (open === 0) break;
      open--;
      if (open === 0) {
        pos++;
        break;
      }
    } else if (char === "," && open === 0) {
      break;
    }
  }
  cursor.pos = Math.max(pos, elementStart + 1);
  return { at: failure.at, elementStart, why: failure.why };
}

function fail(cursor: Cursor, at: number, why: string): undefined {
  cursor.failure ??= { at, depth: cursor.depth, why: at >= cursor.text.length ? "the text ends too early" : why };
  return undefined;
}

/** Moves to the next character that is no white space, and gives it; empty at the end. */
function skipSpace(cursor: Cursor): string {
  const { text } = cursor;
  let code = text.charCodeAt(cursor.pos);
  while (code <= 0x20 && (code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09))
    code = text.charCodeAt(++cursor.pos);
  return text.charAt(cursor.pos);
}

/** Reads a value; undefined, which JSON does not know, when it fails. */
function readValue(cursor: Cursor): unknown {
  const start = skipSpace(cursor);
  if (start === '"') return readString(cursor);
  if (start === "{") return readObject(cursor);
  if (start === "[") return readArray(cursor);
  if (start === "-" || (start >= "0" && start <= "9")) return readNumber(cursor);
  for (const [word, value] of literals) {
    if (cursor.text.startsWith(word, cursor.pos)) {
      cursor.pos += word.length;
      return value;
    }
  }
  return fail(cursor, cursor.pos, "expected a value");
}

const literals = [
  ["true", true],
  ["false", false],
  ["null", null],
] as const;

function readObject(cursor: Cursor): Record<string, unknown> | undefined {
  const object: Record<string, unknown> = {};
  const keys: string[] = [];
  const keyStarts: number[] = [];
  cursor.places.set(object, { start: cursor.pos, keys, keyStarts });
  if (!enter(cursor)) return undefined;
  if (skipSpace(cursor) === "}") return leave(cursor, object);
  for (;;) {
    if (skipSpace(cursor) !== '"') return fail(cursor, cursor.pos, "expected a name in quotes");
    const keyStart = cursor.pos;
    const key = readString(cursor);
    if (key === undefined) return undefined;
    if (skipSpace(cursor) !== ":") return fail(cursor, cursor.pos, "expected :");
    cursor.pos++;
    const value = readValue(cursor);
    if (value === undefined) return undefined;
    if (key === "__proto__") {
      // Assigning it would set the prototype. Only a label can have such a name, and labels are not used.
      cursor.problems.push({ at: keyStart, elementStart: keyStart, why: "a member named __proto__ is not read" });
    } else {
      if (Object.hasOwn(object, key))
        cursor.problems.push({
          at: keyStart,
          elementStart: keyStart,
          why: "a second member of this name: the first is not used",
        });
      if (keys.length >= mostMembers) return fail(cursor, keyStart, `an object of more than ${mostMembers} members`);
      keys.push(key);
      keyStarts.push(keyStart);
      object[key] = value;
    }
    const next = skipSpace(cursor);
    if (next === "}") return leave(cursor, object);
    if (next !== ",") return fail(cursor, cursor.pos, "expected , or }");
    cursor.pos++;
  }
}

function readArray(cursor: Cursor): unknown[] | undefined {
  const array: unknown[] = [];
  if (!enter(cursor)) return undefined;
  if (skipSpace(cursor) === "]") return leave(cursor, array);
  for (;;) {
    const value = readValue(cursor);
    if (value === undefined) return undefined;
    array.push(value);
    const next = skipSpace(cursor);
    if (next === "]") return leave(cursor, array);
    if (next !== ",") return fail(cursor, cursor.pos, "expected , or ]");
    cursor.pos++;
  }
}

function enter(cursor: Cursor): boolean {
  if (cursor.depth >= depthLimit) fail(cursor, cursor.pos, `nested deeper than ${depthLimit} levels`);
  cursor.pos++;
  cursor.depth++;
  return cursor.failure === null;
}

function leave<T>(cursor: Cursor, value: T): T {
  cursor.pos++;
  cursor.depth--;
  return value;
}

/** What a string does not hold as it stands: backslashes, and control characters. */
const special = /[\\\u0000-\u001f]/;

function readString(cursor: Cursor): string | undefined {
  const { text } = cursor;
  const start = cursor.pos;
  // By far the most have nothing special before the next quote; how long the way to that may be does not matter: it is gone once.
  const next = text.indexOf('"', start + 1);
  if (next >= 0 && next - start <= longestString) {
    const plain = text.slice(start + 1, next);
    if (!special.test(plain)) {
      cursor.pos = next + 1;
      return plain;
    }
  }
  let escaped = false;
  let end = start + 1;
  for (let code = text.charCodeAt(end); code !== 0x22; code = text.charCodeAt(end)) {
    if (end - start > longestString) return fail(cursor, start, "a string of more than 262,144 characters");
    // The comparison is also false at the end of the text, where the code is NaN.
    if (!(code >= 0x20)) return fail(cursor, end < text.length ? start : end, "a string that is not closed");
    if (code === 0x5c) escaped = true;
    end += code === 0x5c ? 2 : 1;
  }
  cursor.pos = end + 1;
  return escaped ? withEscapes(cursor, start) : text.slice(start + 1, end);
}

function withEscapes(cursor: Cursor, start: number): string | undefined {
  try {
    return JSON.parse(cursor.text.slice(start, cursor.pos)) as string;
  } catch {
    return fail(cursor, start, "a string with an unknown escape");
  }
}

const numberPattern = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;

function readNumber(cursor: Cursor): number | undefined {
  numberPattern.lastIndex = cursor.pos;
  const digits = numberPattern.exec(cursor.text)?.[0];
  if (digits === undefined) return fail(cursor, cursor.pos, "expected a number");
  cursor.pos += digits.length;
  return Number(digits);
}

/** The offset of the line end, or of the end of the text. */
export function lineEnd(text: string, from: number): number {
  const end = text.indexOf("\n", from);
  return end < 0 ? text.length : end;
}
