import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Many tests wait for shells and browsers: one on each processor, where vitest would leave one idle.
    maxWorkers: "100%",
  },
});
