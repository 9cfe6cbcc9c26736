import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, describe, expect } from "vitest";
import { hostNames } from "../support/fixtures.ts";
import { runCommand } from "../support/run-command.ts";
import { browserTest, drop, nodeIn, useBrowser } from "./browser.ts";

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
  for (const name of hostNames) {
    browserTest(name, async () => {
      const { page } = await open();
      const path = resolve("fixtures/hosts", `${name}.zip`);
      await drop(page, [{ name: `${name}.zip`, bytes: readFileSync(path) }]);
      await page.waitForSelector("header.top");
      const downloading = page.waitForEvent("download");
      await page.selectOption("select.save", "json");
      const saved = readFileSync(await (await downloading).path(), "utf8");
      await page.close();
      expect(saved === runCommand(["show", path, "-f", "json"]).stdout).toBe(true);
    });
  }
});
