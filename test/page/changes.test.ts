import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect } from "vitest";
import { isAll } from "../support/extent.ts";
import { hostNames } from "../support/fixtures.ts";
import { runCommand } from "../support/run-command.ts";
import { browserTest, drop, dropTwo, goTo, hostZip, nodeIn, type Opened, useBrowser } from "./browser.ts";

const open = useBrowser();
const folder = mkdtempSync(join(tmpdir(), "vethscope-changes-"));
afterAll(() => rmSync(folder, { recursive: true }));

let shownNow: { readonly pair: string; readonly opened: Opened } | null = null;

/** The page with two hosts, at what changed: the page that has them already, if there is one, and else they are dropped on it. */
async function showTwo(first: string, second: string): Promise<Opened> {
  const pair = `${first} ${second}`;
  const opened = shownNow?.opened ?? (await open());
  if (shownNow?.pair === pair) await goTo(opened.page, "#changes", ".changes");
  else {
    await goTo(opened.page, "#", "body");
    await dropTwo(opened.page, first, second);
  }
  shownNow = { pair, opened };
  return opened;
}

describe("two snapshots", () => {
  if (isAll)
    browserTest("are compared: lost flows first, by their cause, each with the traces of both sides", async () => {
      const { page, requests, complaints } = await showTwo("flushed-docker28", "flushed-docker28-after");
      expect(await page.textContent(".summary")).toContain("lost 14 flows");
      expect(await page.textContent(".changes .flow-kind >> nth=0")).toContain("Lost");
      expect(await page.textContent(".cause >> nth=0")).toContain("filter FORWARD");
      await page.click(".flow-head >> text=api → web:80");
      await page.waitForSelector(".flow-body .verdict.bad");
      expect(page.url()).toMatch(/#changes=flow:\d+:after$/);
      expect(await page.locator(".way.fails").count()).toBe(1);
      await page.click(".two >> text=before");
      await page.waitForSelector(".flow-body .verdict.good");
      expect(await page.locator(".way.arrives").count()).toBe(1);
      await page.click(".flow-body .sources a >> nth=0");
      await page.waitForSelector(".line.target");
      expect(page.url()).toContain("#before/captures=");
      await page.goBack();
      await page.waitForSelector(".flow-body .verdict.good");
      await page.click(".flow-body >> text=Open this trace before");
      await page.waitForSelector(".side[aria-label=Trace] .verdict.good");
      await page.click("nav[aria-label=Snapshots] >> text=After");
      await page.waitForSelector(".side[aria-label=Trace] .verdict.bad");
      expect([requests, complaints]).toEqual([[], []]);
    });

  browserTest("can be gone through by keyboard", async () => {
    const { page } = await showTwo("flushed-docker28", "flushed-docker28-after");
    await page.focus(".flow-head >> nth=0");
    await page.keyboard.press("Enter");
    await page.waitForSelector(".flow-body .verdict");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await page.waitForSelector(".two a[aria-current] >> text=before");
    await page.focus(".summary button >> nth=1");
    await page.keyboard.press("Enter");
    expect(await page.evaluate("document.activeElement.id")).toBe("changes-rules");
  });

  if (isAll)
    browserTest("stand in the order of their time, and can be swapped; more than two are refused", async () => {
      shownNow = null;
      const { page } = await open();
      await dropTwo(page, "flushed-docker28-after", "flushed-docker28");
      const [before] = await page.$$eval(".sides small", (all) => all.map((one) => one.textContent));
      expect(before).toBe("flushed-docker28.zip");
      await page.click("text=Swap");
      await page.waitForSelector(".computing");
      await page.waitForSelector(".summary >> text=gained 14 flows");
      await drop(page, ["seed-docker28", "seed-docker29", "ufw-docker28"].map(hostZip));
      await page.waitForSelector(".banner >> text=drop one, or two to compare them");
    });

  if (isAll)
    browserTest("in a report without raw captures are compared all the same, with nothing to open", async () => {
      const file = join(folder, "no-raw.html");
      const hosts = ["flushed-docker28", "flushed-docker28-after"].map((name) => `fixtures/hosts/${name}.zip`);
      expect(runCommand(["report", ...hosts, "--no-raw", "-o", file]).status).toBe(0);
      shownNow = null;
      const { page } = await open({ file, hash: "#changes=flow:0:after" });
      await page.waitForSelector(".flow-body .verdict.bad");
      expect(await page.locator(".changes .sources a").count()).toBe(0);
      expect(await page.locator(".sides >> text=Swap").count()).toBe(0);
      expect(await page.textContent(".changes .sources >> nth=0")).toContain("captures/iptables-save.txt:");
    });

  browserTest("show things that came, went and changed, in words and in one picture", async () => {
    const { page } = await showTwo("change-docker28", "change-docker28-after");
    const marks = async (id: string) => (await nodeIn(page, id).first().getAttribute("class")) ?? "";
    expect(await marks("container:worker")).toContain("mark-added");
    expect(await marks("container:legacy")).toContain("mark-gone");
    expect(await marks("container:api")).toContain("mark-changed");
    expect(await marks("container:web")).not.toContain("mark-");
    expect(await nodeIn(page, "container:legacy").first().locator("title").first().textContent()).toContain("gone");
    const thing = (name: string) => page.locator(".thing", { hasText: name }).first().innerText();
    expect(await thing("worker")).toContain("added");
    expect(await thing("api on backend")).toMatch(/10\.20\.0\.3\/24 → 10\.20\.0\.77\/24/);
    const added = page.locator(".diff > .added", { hasText: "--ctorigdstport 8080 -j RETURN" });
    await added.locator(".sources a").click();
    await page.waitForSelector(".line.target");
    expect(page.url()).toContain("#after/captures=captures/iptables-save.txt:");
    expect(await page.textContent(".line.target code")).toContain("--ctorigdstport 8080 -j RETURN");
    await page.goBack();
    await page.waitForSelector(".changes");
    await nodeIn(page, "container:legacy").first().click();
    await page.waitForSelector(".only");
    expect(page.url()).toContain("#changes=container:legacy");
    expect(await page.locator(".thing", { hasText: "worker" }).count()).toBe(0);
    expect(await page.locator(".thing", { hasText: "legacy" }).count()).toBeGreaterThan(0);
    await page.click(".only a");
    await page.locator(".thing", { hasText: "worker" }).first().waitFor();
  });
});

describe.runIf(isAll)("the comparison of the page is the command's", () => {
  const pairs = hostNames.filter((name) => hostNames.includes(`${name}-after`));
  expect(pairs.length).toBeGreaterThan(3);
  for (const name of pairs) {
    browserTest(name, async () => {
      const { page } = await showTwo(name, `${name}-after`);
      const downloading = page.waitForEvent("download");
      await page.click("text=Save as json");
      const saved = readFileSync(await (await downloading).path(), "utf8");
      const [before, after] = [`fixtures/hosts/${name}.zip`, `fixtures/hosts/${name}-after.zip`];
      expect(saved === runCommand(["diff", before, after, "-f", "json"]).stdout).toBe(true);
    });
  }
});
