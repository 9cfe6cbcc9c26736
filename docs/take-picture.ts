/*
 * `npm run picture`: takes the picture of the page that the README shows, docs/page.png, in chromium: a bundled host, and the way
 * of a packet in it.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

const folder = mkdtempSync(join(tmpdir(), "vethscope-picture-"));
const report = join(folder, "report.html");
execFileSync(process.execPath, ["dist/cli.js", "report", "fixtures/hosts/compose-docker28.zip", "-o", report]);
const executablePath = execFileSync("sh", ["-c", "command -v chromium"], { encoding: "utf8" }).trim();
const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
const page = await browser.newPage({
  viewport: { width: 1280, height: 760 },
  colorScheme: "light",
  reducedMotion: "reduce",
});
await page.goto(`${pathToFileURL(report).href}#trace=eth0>host:80`);
await page.waitForSelector(".verdict.good");
await page.waitForSelector(".stage[aria-busy=false]");
// What the checks found is marked in the picture.
await page.waitForFunction(() => document.querySelector("nav .count")?.textContent !== "…");
await page.screenshot({ path: "docs/page.png" });
await browser.close();
rmSync(folder, { recursive: true });
