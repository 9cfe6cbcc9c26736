/** Ends a switch over a closed union: the compiler names the member that was forgotten. Throws if ever reached. */
export function assertNever(value: never): never {
  throw new Error(`unexpected value: ${JSON.stringify(value)}`);
}
