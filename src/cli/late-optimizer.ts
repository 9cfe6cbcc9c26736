/**
 * How much a function has to run before V8 optimizes it, by Node's major version: eight times as much as V8 has it. A command is over
 * within a second, and most of what V8 makes of it in that time, a quarter of all that the command costs, would never be run. What is
 * hot for longer is optimized all the same: a host of a thousand containers takes less, too. (Bytes of bytecode in V8 11, calls in
 * later ones: src/flags/flag-definitions.h and src/execution/tiering-manager.cc.)
 */
const flags: Readonly<Record<string, string>> = {
  "20": "--interrupt-budget=540672",
  "22": "--invocation-count-for-turbofan=24000",
  "24": "--invocation-count-for-turbofan=24000 --invocation-count-for-maglev=3200",
};

/** Flags that a V8 does not know it complains about, so another version is left as it is. */
export function optimizeLate(): void {
  const known = flags[process.versions.node.split(".", 1)[0] ?? ""];
  if (known !== undefined) process.getBuiltinModule("node:v8").setFlagsFromString(known);
}
