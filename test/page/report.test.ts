import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, describe, expect } from "vitest";
import { reporters } from "../../src/reporters/analysis/registry.ts";
import { isAll, someOf } from "../support/extent.ts";
import { hostAnalysis, hostNames } from "../support/fixtures.ts";
import { runCommand } from "../support/run-command.ts";
import { browserTest, dropHost, nodeIn, useBrowser } from "./browser.ts";

const open = useBrowser();
const folder = mkdtempSync(join(tmpdir(), "vethscope-report-"));
afterAll(() => rmSync(folder, { recursive: true }));

describe("the report", () => {
  browserTest("is the page with the snapshot inside", async () => {
    const file = join(folder, "report.html");
    expect(runCommand(["report", "fixtures/hosts/compose-docker28.zip", "-o", file]).status).toBe(0);
    const { page, requests, complaints } = await open({ file, hash: "#trace=eth0>host:80" });
    await page.waitForSelector(".verdict.good");
    await page.click("nav >> text=Captures");
    await page.waitForSelector(".line");
    expect([requests, complaints]).toEqual([[], []]);
  });

  if (isAll)
    browserTest("holds two snapshots to switch between", async () => {
      const file = join(folder, "two.html");
      const snapshots = ["change-docker28", "change-docker28-after"].map((name) => `fixtures/hosts/${name}.zip`);
      expect(runCommand(["report", ...snapshots, "-o", file]).status).toBe(0);
      const { page } = await open({ file });
      await page.waitForSelector(".sides");
      const names = await page.$$eval(".sides small", (all) => all.map((one) => one.textContent));
      expect(names.slice(0, 2)).toEqual(["change-docker28.zip", "change-docker28-after.zip"]);
      await page.click(".sides >> text=Before");
      await nodeIn(page, "container:legacy").first().waitFor();
      await page.click(".sides >> text=After");
      await nodeIn(page, "container:worker").first().waitFor();
      expect(await nodeIn(page, "container:legacy").count()).toBe(0);
    });

  if (isAll)
    browserTest("without raw captures holds none, and still traces", async () => {
      const file = join(folder, "no-raw.html");
      runCommand(["report", "fixtures/hosts/compose-docker28.zip", "--no-raw", "-o", file]);
      const { page } = await open({ file, hash: "#trace=eth0>host:80" });
      await page.waitForSelector(".verdict.good");
      expect(await page.locator("nav[aria-label=Views] >> text=Captures").count()).toBe(0);
      expect(await page.locator(".sources a").count()).toBe(0);
      await page.click("nav >> text=Picture");
      await nodeIn(page, "container:grafana").first().waitFor();
    });
});

describe("the JSON of the page is the command's", () => {
  expect(hostNames.length).toBeGreaterThan(20);
  let page: Page | null = null;
  /** What the page saves; one snapshot is dropped over the other. */
  const savedByPage = async (name: string): Promise<string> => {
    page ??= (await open()).page;
    await dropHost(page, name);
    const downloading = page.waitForEvent("download");
    await page.selectOption("select.save", "json");
    return readFileSync(await (await downloading).path(), "utf8");
  };
  for (const name of someOf(hostNames, 48)) {
    browserTest(name, async () => {
      const own = reporters.json(await hostAnalysis(name), { width: 80, color: false });
      expect((await savedByPage(name)) === own).toBe(true);
    });
  }

  if (isAll)
    browserTest("as it prints it", async () => {
      for (const name of ["compose-docker28", "drivers-docker29nft"]) {
        const printed = runCommand(["show", `fixtures/hosts/${name}.zip`, "-f", "json"]).stdout;
        expect((await savedByPage(name)) === printed).toBe(true);
      }
    });
});
