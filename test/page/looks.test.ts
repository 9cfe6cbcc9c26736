import { mkdirSync, readFileSync } from "node:fs";
import type { Page } from "playwright-core";
import { describe, expect } from "vitest";
import { isAll, someOf } from "../support/extent.ts";
import { syntheticHost } from "../support/synthetic-host.ts";
import { makeZip } from "../support/zip.ts";
import { browserTest, drawn, drop, dropHost, dropTwo, goTo, hostZip, shown, sizes, useBrowser } from "./browser.ts";

const open = useBrowser();
const axe = readFileSync("node_modules/axe-core/axe.min.js", "utf8");

/** Each view, and what is there when it has all that it shows. */
const views = {
  picture: ["#picture=container:proxy", "aside.details"],
  findings: ["#findings", ".finding"],
  trace: ["#trace=eth0>host:80", ".verdict"],
  service: ["#trace=outside>mysql:3306", ".ways"],
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

/** Faults that axe calls serious or critical, as `rule: elements`. Dark differs from light in colours alone: only they are looked at. */
async function faults(page: Page, dark: boolean): Promise<string[]> {
  // Through the debugger, since the page's policy rightly refuses an added script.
  if (await page.evaluate("!('axe' in window)")) await page.evaluate(axe);
  const what = dark
    ? "resultTypes: ['violations'], runOnly: ['color-contrast', 'link-in-text-block']"
    : "resultTypes: ['violations']";
  const { violations } = await page.evaluate<{
    violations: { id: string; impact: string; nodes: { html: string }[] }[];
  }>(`axe.run(document, { ${what} })`);
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

/** Looks at what is shown, light and dark: a screenshot of each, no serious fault, and nothing sticks out. */
async function look(page: Page, name: string): Promise<void> {
  for (const colorScheme of someOf(["light", "dark"] as const, 2)) {
    await page.emulateMedia({ colorScheme });
    await drawn(page);
    await shoot(page, `${name}-${colorScheme}`);
    const found = await faults(page, colorScheme === "dark");
    expect({ name, colorScheme, faults: found }).toEqual({ name, colorScheme, faults: [] });
    const overflow = await page.evaluate("document.documentElement.scrollWidth - innerWidth");
    expect({ name, overflow }).toEqual({ name, overflow: 0 });
  }
}

async function shoot(page: Page, name: string): Promise<void> {
  mkdirSync("test/page/screens", { recursive: true });
  await page.screenshot({ path: `test/page/screens/${name}.png` });
}

describe.each(isAll ? Object.entries(sizes) : [])("%s", (sizeName, size) => {
  browserTest("every view: no serious fault for people who do not see well, and nothing sticks out", async () => {
    const { page } = await open({ size });
    await look(page, `start-${sizeName}`);
    await dropHost(page, "compose-docker28");
    for (const [name, [hash, ready]] of Object.entries(views)) {
      await goTo(page, hash, ready);
      await look(page, `${name}-${sizeName}`);
    }
  });

  browserTest("what changed between two: no serious fault, and nothing sticks out", async () => {
    const { page } = await open({ size });
    await dropTwo(page, "change-docker28", "change-docker28-after");
    for (const [name, hash] of Object.entries(changesViews)) {
      await goTo(page, hash, hash.includes("flow:") ? ".flow-body .verdict" : ".changes .flow, .changes .thing");
      await page.evaluate((part) => document.getElementById(part)?.scrollIntoView(), `changes-${name}`);
      await look(page, `changes-${name}-${sizeName}`);
    }
  });
});

describe("to look at", () => {
  let page: Page | null = null;
  /** Drops one snapshot over the other, and takes a picture of each. */
  const lookAt = async (name: string, bytes: Uint8Array) => {
    page ??= (await open()).page;
    await drop(page, [{ name: `${name}.zip`, bytes }]);
    await shown(page, `${name}.zip`);
    await page.waitForSelector(".stage[aria-busy=false]");
    // The signs of what the checks found are part of the picture.
    await page.waitForFunction(() => document.querySelector("nav .count")?.textContent !== "…");
    await drawn(page);
    await shoot(page, name);
  };
  for (const containers of someOf([50, 5, 200, 1000], 4))
    browserTest(`a host of ${containers} containers`, async () => {
      const files = [...syntheticHost({ containers, rules: 0 })];
      await lookAt(`containers-${containers}`, makeZip(files.map(([name, data]) => ({ name, data }))));
    });
  for (const name of someOf(["drivers-docker28", "drift-docker28", "inside-docker28", "ipv6-docker29"], 4))
    browserTest(name, () => lookAt(name, hostZip(name).bytes));
});

if (isAll)
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
