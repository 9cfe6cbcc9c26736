import type { Random } from "../support/random.ts";
import { anyWord, hostile, numberAtLimit } from "./corpus.ts";
import { editText, isJson, type Mutation } from "./mutation.ts";

type Container = Record<string, unknown> | unknown[];

/** A value inside another one: an entry of an object or an array. */
interface Place {
  readonly holder: Container;
  readonly key: string;
}

function placesIn(value: unknown): Place[] {
  const places: Place[] = [];
  const waiting = [value];
  for (let holder = waiting.pop(); holder !== undefined; holder = waiting.pop()) {
    if (typeof holder !== "object" || holder === null) continue;
    for (const [key, inner] of Object.entries(holder)) {
      places.push({ holder: holder as Container, key });
      waiting.push(inner);
    }
  }
  return places;
}

const read = ({ holder, key }: Place): unknown => (holder as Record<string, unknown>)[key];

function write({ holder, key }: Place, value: unknown): void {
  Object.defineProperty(holder, key, { value, enumerable: true, configurable: true, writable: true });
}

/** What JSON.stringify cannot write: put into the text in place of these strings. */
const marks: Readonly<Record<string, (random: Random) => string>> = {
  "\ue000number": numberAtLimit,
  "\ue000deep": (random) => {
    const depth = random.pick([10, 1000, 20_000]);
    const [open, close] = random.pick([
      ["[", "]"],
      ['{"a":', "}"],
    ] as const);
    return open.repeat(depth) + (open === "[" ? "" : "1") + close.repeat(depth);
  },
};

function anyValue(random: Random, places: readonly Place[]): unknown {
  return random.weighted<() => unknown>([
    [3, () => anyWord(random)],
    [1, () => hostile(random)],
    [2, () => random.pick([null, true, false, 0, "", [], {}, -1])],
    [2, () => "\ue000number"],
    [0.3, () => "\ue000deep"],
    [3, () => structuredClone(read(random.pick(places)))],
    [1, () => ({ [hostile(random)]: structuredClone(read(random.pick(places))) })],
    [1, () => [structuredClone(read(random.pick(places)))]],
  ])();
}

const edits: Readonly<Record<string, (place: Place, random: Random, places: readonly Place[]) => void>> = {
  "replace values": (place, random, places) => write(place, anyValue(random, places)),
  "delete values": ({ holder, key }) => {
    if (Array.isArray(holder)) holder.splice(Number(key), 1);
    else Reflect.deleteProperty(holder, key);
  },
  "add values": (place, random, places) => {
    const value = anyValue(random, places);
    if (Array.isArray(place.holder)) place.holder.push(value);
    else write({ ...place, key: random.pick(["__proto__", "constructor", "", anyWord(random)]) }, value);
  },
  "repeat values": ({ holder, key }, random) => {
    const times = random.pick([1, 2, 10, 300]);
    const value = (holder as Record<string, unknown>)[key];
    for (let i = 0; i < times; i++) {
      if (Array.isArray(holder)) holder.push(structuredClone(value));
      else write({ holder, key: `${key}${i}` }, structuredClone(value));
    }
  },
  "swap values": (place, random, places) => {
    const other = random.pick(places);
    const mine = structuredClone(read(place));
    write(place, structuredClone(read(other)));
    write(other, mine);
  },
};

export const jsonMutations: readonly Mutation[] = [
  ...Object.entries(edits).map(
    ([name, edit]) =>
      ({
        name: `JSON: ${name}`,
        apply: (draft, random) => editText(draft, random, (text) => editJson(text, random, edit), isJson),
      }) satisfies Mutation,
  ),
  {
    name: "JSON: a key twice",
    apply: (draft, random) =>
      editText(
        draft,
        random,
        (text) => text.replace(keyAt(text, random), (key) => `${key} ${JSON.stringify(anyWord(random))}, ${key}`),
        isJson,
      ),
  },
];

function editJson(text: string, random: Random, edit: (typeof edits)[string]): string {
  const value = parseJson(text);
  for (let times = 1 + random.below(4); times > 0; times--) {
    const places = placesIn(value);
    if (places.length === 0) return text;
    edit(random.pick(places), random, places);
  }
  const indent = random.pick([0, 4]);
  const compact = JSON.stringify(value);
  // Of what is nested deep the indents would be thousands of times the text.
  const written = indent === 0 || /(?:\[|\{"a":){100}/.test(compact) ? compact : JSON.stringify(value, null, indent);
  return Object.entries(marks).reduce(
    (rest, [mark, make]) => rest.replaceAll(JSON.stringify(mark), () => make(random)),
    written,
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function keyAt(text: string, random: Random): string {
  const keys = text.match(/"[^"\n]{0,60}"\s*:/g) ?? ["\0"];
  return random.pick(keys);
}
