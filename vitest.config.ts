import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";
import { Spread } from "./test/support/spread.ts";

/** As the build has it: the collector is a text in the command. */
const shellScripts = {
  name: "shell-scripts",
  transform: (code: string, id: string) => (id.endsWith(".sh") ? `export default ${JSON.stringify(code)}` : undefined),
};

export default defineConfig({
  plugins: [shellScripts],
  test: {
    include: ["test/**/*.test.ts"],
    setupFiles: ["test/support/setup.ts"],
    // The modules are pure: they are loaded once by each worker, and what they keep (rebuilt hosts) serves all files.
    isolate: false,
    // Rebuilt hosts are many objects that soon die: with a larger nursery a fifth of the processor's time is saved.
    execArgv: ["--max-semi-space-size=64"],
    // Each loads all modules and rebuilds the hosts anew: more than there are processors cost more than the waiting they fill.
    maxWorkers: availableParallelism(),
    sequence: { sequencer: Spread },
    // Nothing may fail because the machine is busy.
    testTimeout: 600_000,
    hookTimeout: 600_000,
    teardownTimeout: 600_000,
  },
});
