import { readFileSync, statSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { expect } from "vitest";
import { browserTest, pageFile } from "./browser.ts";

browserTest("the page is small, as it is and gzipped", async () => {
  expect(statSync(pageFile).size).toBeLessThan(1_250_000);
  expect(gzipSync(readFileSync(pageFile)).length).toBeLessThan(420_000);
});
