/*
 * JSON that holds whole numbers of any size, too: addresses are such. They are strings behind a mark; a string that begins like
 * one gets a mark of its own, so that whatever is packed comes back as it was.
 */

const number = "\u0000n";
const string = "\u0000s";

export const packJson = (value: unknown): string =>
  JSON.stringify(value, (_, one: unknown) => {
    if (typeof one === "bigint") return `${number}${one}`;
    return typeof one === "string" && one.startsWith("\u0000") ? `${string}${one}` : one;
  });

export const unpackJson = (text: string): unknown =>
  JSON.parse(text, (_, one: unknown) => {
    if (typeof one !== "string" || !one.startsWith("\u0000")) return one;
    return one.startsWith(number) ? BigInt(one.slice(number.length)) : one.slice(string.length);
  });
