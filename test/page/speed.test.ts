import { readFileSync, statSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { describe, expect } from "vitest";
import { syntheticHost } from "../support/synthetic-host.ts";
import { makeZip } from "../support/zip.ts";
import { browserTest, pageFile, useBrowser } from "./browser.ts";

const open = useBrowser();

describe("bars", () => {
  browserTest("the page is small", async () => {
    expect(statSync(pageFile).size).toBeLessThan(1_500_000);
    expect(gzipSync(readFileSync(pageFile)).length).toBeLessThan(500_000);
  });

  for (const containers of [100, 1000]) {
    browserTest(`${containers} containers are shown; how fast is printed`, async () => {
      const { page } = await open();
      const zip = makeZip([...syntheticHost({ containers, rules: 100 })].map(([name, data]) => ({ name, data })));
      const measured = await page.evaluate(async (base64) => {
        const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
        let longest = 0;
        new PerformanceObserver((list) => {
          for (const { duration } of list.getEntries()) longest = Math.max(longest, duration);
        }).observe({ type: "longtask" });
        const transfer = new DataTransfer();
        transfer.items.add(new File([bytes], "host.zip"));
        await new Promise((resolve) => setTimeout(resolve, 300));
        longest = 0;
        const start = performance.now();
        document.body.dispatchEvent(new DragEvent("drop", { dataTransfer: transfer, bubbles: true, cancelable: true }));
        while (document.querySelector(".stage .cell") === null)
          await new Promise((resolve) => requestAnimationFrame(resolve));
        const shown = performance.now() - start;
        await new Promise((resolve) => setTimeout(resolve, 300));
        return { shown, longest };
      }, Buffer.from(zip).toString("base64"));
      console.log(
        `${containers} containers: shown after ${Math.round(measured.shown)} ms, longest task ${Math.round(measured.longest)} ms`,
      );
      // How long it took is for a person to read: a busy machine must not fail the test.
      expect(measured.shown).toBeGreaterThan(0);
    });
  }
});
