import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

// The tests that start a real engine: `npm run test:lab`, as root. `npm test` does not run them.
export default defineConfig({
  test: {
    root: fileURLToPath(new URL("../..", import.meta.url)),
    include: ["test/lab/*.lab.ts"],
    // An engine on a busy machine takes minutes to start or remove forty containers.
    testTimeout: 900_000,
    hookTimeout: 900_000,
  },
});
