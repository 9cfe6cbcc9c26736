import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, describe, expect } from "vitest";
import { isAll } from "../support/extent.ts";
import { syntheticHost } from "../support/synthetic-host.ts";
import { browserTest, dropHost, sizes, useBrowser } from "./browser.ts";

const open = useBrowser();
const root = mkdtempSync(join(tmpdir(), "vethscope-folder-"));
const folder = join(root, "some-host");
for (const [name, text] of syntheticHost({ containers: 4, rules: 2 })) {
  mkdirSync(dirname(join(folder, "captures", name)), { recursive: true });
  writeFileSync(join(folder, "captures", name), text);
}
afterAll(() => rmSync(root, { recursive: true }));

/** What the page says of the four containers, wherever their captures came from. */
async function expectContainers(page: Page): Promise<void> {
  await page.waitForSelector("header.top");
  await page.locator("[data-node^='container:']").first().waitFor();
  await page.click("nav >> text=Captures");
  await page.waitForSelector(".files a");
  expect(await page.textContent(".files")).toContain("captures/");
}

describe("a folder", () => {
  browserTest("can be dropped", async () => {
    const { page, complaints } = await open();
    const devtools = await page.context().newCDPSession(page);
    const data = { items: [], files: [folder], dragOperationsMask: 1 };
    for (const type of ["dragEnter", "dragOver", "drop"] as const)
      await devtools.send("Input.dispatchDragEvent", { type, x: 400, y: 300, data });
    await expectContainers(page);
    expect(complaints).toEqual([]);
  });

  if (isAll)
    browserTest("can be chosen", async () => {
      const { page } = await open();
      await page.setInputFiles("input[aria-label='Snapshot folder']", folder);
      await expectContainers(page);
    });
});

describe("a text of two hosts", () => {
  const listing = (address: string) =>
    `1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536\n    inet 127.0.0.1/8 scope host lo\n2: eth0: <BROADCAST,UP,LOWER_UP> mtu 1500\n    inet ${address}/24 scope global eth0\n`;
  const text = `root@web1:~# ip a\n${listing("192.0.2.1")}root@web2:~# ip a\n${listing("192.0.2.2")}`;

  browserTest("is shown of the one that is chosen", async () => {
    const { page, complaints } = await open();
    const file = { name: "ticket.txt", mimeType: "text/plain", buffer: Buffer.from(text) };
    await page.setInputFiles("input[aria-label='Snapshot files']", file);
    await page.click("text=Show web2");
    await page.waitForSelector("header.top");
    await page.click("nav >> text=Captures");
    await page.waitForSelector("main >> text=192.0.2.2");
    expect(await page.textContent("main")).not.toContain("192.0.2.1");
    expect(complaints).toEqual([]);
  });
});

describe.runIf(isAll)("fingers on the picture", () => {
  const widthOf = async (page: Page) => Number((await page.getAttribute("svg.stage", "viewBox"))?.split(" ")[2]);
  const touches = async (page: Page, moves: readonly (readonly (readonly [x: number, y: number])[])[]) => {
    const devtools = await page.context().newCDPSession(page);
    await devtools.send("Emulation.setTouchEmulationEnabled", { enabled: true, maxTouchPoints: 2 });
    for (const [i, points] of moves.entries()) {
      const touchPoints = points.map(([x, y], id) => ({ x, y, id }));
      await devtools.send("Input.dispatchTouchEvent", { type: i === 0 ? "touchStart" : "touchMove", touchPoints });
    }
    await devtools.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] });
    await devtools.detach();
  };

  browserTest("spread zooms in, and what was between them stays there", async () => {
    const { page } = await open({ size: sizes.narrow });
    await dropHost(page, "compose-docker28");
    await page.waitForSelector(".stage .cell");
    const before = await widthOf(page);
    const steps = [0, 1, 2, 3, 4, 5].map(
      (i) =>
        [
          [180 - i * 12, 450],
          [220 + i * 12, 450],
        ] as const,
    );
    const middle = () =>
      page.evaluate(() => {
        const svg = document.querySelector<SVGSVGElement>("svg.stage");
        const at = new DOMPoint(200, 450).matrixTransform(svg?.getScreenCTM()?.inverse());
        return [at.x, at.y] as const;
      });
    const [x, y] = await middle();
    await touches(page, steps);
    expect((await widthOf(page)) / before).toBeCloseTo(40 / 160, 1);
    const [nowX, nowY] = await middle();
    expect(Math.hypot(nowX - x, nowY - y)).toBeLessThan(12);
    // Together again they zoom out.
    await touches(page, [...steps].reverse());
    expect(await widthOf(page)).toBeCloseTo(before, -1);
  });

  browserTest("one of them moves it", async () => {
    const { page } = await open({ size: sizes.narrow });
    await dropHost(page, "compose-docker28");
    await page.waitForSelector(".stage .cell");
    const [x, , width] = ((await page.getAttribute("svg.stage", "viewBox")) ?? "").split(" ").map(Number);
    await touches(page, [[[100, 600]], [[120, 600]], [[140, 600]], [[180, 600]]]);
    const [nowX, , nowWidth] = ((await page.getAttribute("svg.stage", "viewBox")) ?? "").split(" ").map(Number);
    expect(nowWidth).toBe(width);
    expect(nowX).toBeLessThan(x ?? 0);
  });
});
