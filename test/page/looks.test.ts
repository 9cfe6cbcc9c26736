import { mkdirSync, readFileSync } from "node:fs";
import type { Page } from "playwright-core";
import { describe, expect } from "vitest";
import { syntheticHost } from "../support/synthetic-host.ts";
import { browserTest, drop, dropHost, useBrowser } from "./browser.ts";

const open = useBrowser();
const axe = readFileSync("node_modules/axe-core/axe.min.js", "utf8");

/** Each view, and what is there when it has all that it shows. */
const views = {
  picture: ["#picture=container:proxy", "aside.details"],
  findings: ["#findings", ".finding"],
  trace: ["#trace=eth0>host:80", ".verdict"],
  reachability: ["#reachability", "table.matrix"],
  snapshot: ["#snapshot", ".counts"],
  captures: ["#captures=captures/ip-addr.txt:11", ".line.target"],
} as const;

/** Parts of what changed, each scrolled to. */
const changesViews = {
  flows: "#changes",
  flow: "#changes=flow:3:after",
  things: "#changes",
  rules: "#changes",
  about: "#changes=container:api",
} as const;

const sizes = { wide: { width: 1280, height: 800 }, narrow: { width: 390, height: 844 } } as const;

async function show(page: Page, hash: string, ready: string): Promise<void> {
  await page.evaluate((to) => location.assign(to), hash);
  await page.locator(ready).first().waitFor();
  await page.waitForTimeout(200);
}

/** Faults that axe calls serious or critical, as `rule: elements`. */
async function faults(page: Page): Promise<string[]> {
  // Through the debugger, since the page's policy rightly refuses an added script.
  await page.evaluate(axe);
  const { violations } = await page.evaluate<{
    violations: { id: string; impact: string; nodes: { html: string }[] }[];
  }>("axe.run(document, { resultTypes: ['violations'] })");
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(
      ({ id, nodes }) =>
        `${id}: ${nodes
          .slice(0, 3)
          .map(({ html }) => html.slice(0, 120))
          .join(" | ")}`,
    );
}

async function shoot(page: Page, name: string): Promise<void> {
  mkdirSync("test/page/screens", { recursive: true });
  await page.screenshot({ path: `test/page/screens/${name}.png` });
}

describe.each(Object.entries(sizes))("%s", (sizeName, size) => {
  for (const dark of [false, true]) {
    browserTest(
      `every view, ${dark ? "dark" : "light"}: no serious fault for people who do not see well, and nothing sticks out`,
      async () => {
        const { page } = await open({ size, dark });
        expect(await faults(page)).toEqual([]);
        await shoot(page, `start-${sizeName}-${dark ? "dark" : "light"}`);
        await dropHost(page, "compose-docker28");
        for (const [name, [hash, ready]] of Object.entries(views)) {
          await show(page, hash, ready);
          await shoot(page, `${name}-${sizeName}-${dark ? "dark" : "light"}`);
          expect({ name, faults: await faults(page) }).toEqual({ name, faults: [] });
          const overflow = await page.evaluate("document.documentElement.scrollWidth - innerWidth");
          expect({ name, overflow }).toEqual({ name, overflow: 0 });
        }
      },
    );
  }
});

describe.each(Object.entries(sizes))("two snapshots, %s", (sizeName, size) => {
  for (const dark of [false, true]) {
    browserTest(`what changed, ${dark ? "dark" : "light"}: no serious fault, and nothing sticks out`, async () => {
      const { page } = await open({ size, dark });
      const zips = ["change-docker28", "change-docker28-after"].map((name) => ({
        name: `${name}.zip`,
        bytes: readFileSync(`fixtures/hosts/${name}.zip`),
      }));
      await drop(page, zips);
      await page.waitForSelector(".changes .flow");
      for (const [name, hash] of Object.entries(changesViews)) {
        await show(page, hash, hash.includes("flow:") ? ".flow-body .verdict" : ".changes .flow, .changes .thing");
        await page.evaluate((part) => document.getElementById(part)?.scrollIntoView(), `changes-${name}`);
        await shoot(page, `changes-${name}-${sizeName}-${dark ? "dark" : "light"}`);
        expect({ name, faults: await faults(page) }).toEqual({ name, faults: [] });
        expect(await page.evaluate("document.documentElement.scrollWidth - innerWidth")).toBe(0);
      }
    });
  }
});

for (const containers of [5, 50, 200, 1000]) {
  browserTest(`a host of ${containers} containers, to look at`, async () => {
    const { page } = await open();
    const files = [...syntheticHost({ containers, rules: 0 })];
    await drop(
      page,
      files.map(([name, text]) => ({ name, bytes: new TextEncoder().encode(text) })),
    );
    await page.waitForSelector(".stage .cell");
    await page.waitForTimeout(200);
    await shoot(page, `containers-${containers}`);
    await page.close();
  });
}

for (const name of ["drivers-docker28", "drift-docker28", "inside-docker28", "ipv6-docker29"]) {
  browserTest(`${name}, to look at`, async () => {
    const { page } = await open();
    await dropHost(page, name);
    await page.waitForSelector(".stage .cell");
    await shoot(page, name);
    await page.close();
  });
}

browserTest("on paper the picture is there and the controls are not", async () => {
  const { page } = await open({ dark: true });
  await dropHost(page, "compose-docker28");
  await page.emulateMedia({ media: "print" });
  expect(await page.isVisible("nav[aria-label=Views]")).toBe(false);
  expect(await page.isVisible("svg.stage")).toBe(true);
  const pdf = await page.pdf({ format: "A4", landscape: true });
  expect(pdf.length).toBeGreaterThan(5000);
  await shoot(page, "print");
});
