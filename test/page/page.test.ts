import { describe, expect } from "vitest";
import { browserTest, drop, dropHost, nodeIn, useBrowser } from "./browser.ts";

const open = useBrowser();

describe("the page", () => {
  browserTest(
    "shows a dropped zip, and what it knows of a clicked container with the lines it was read from",
    async () => {
      const { page } = await open();
      await dropHost(page, "compose-docker28");
      expect(await page.title()).toBe("dockerhost · vethscope");
      await nodeIn(page, "container:grafana").first().click();
      await page.waitForSelector("aside.details");
      expect(await page.textContent("aside.details h2")).toBe("grafana");
      expect(await page.textContent("aside.details")).toContain("172.20.2.2/24");
      expect(page.url()).toContain("#picture=container:grafana");
      await page.click("aside.details .sources a >> nth=0");
      await page.waitForSelector(".line.target");
      const line = /:(\d+)$/.exec(page.url())?.[1];
      expect(page.url()).toContain("#captures=captures/docker-");
      expect(await page.textContent(".line.target a")).toBe(line);
      await page.goBack();
      await page.waitForSelector("aside.details");
    },
  );

  browserTest("shows a dropped set of files, and says what is wrong with one that is no snapshot", async () => {
    const { page } = await open();
    await drop(page, [{ name: "photo.zip", bytes: new TextEncoder().encode("PK no zip at all") }]);
    await page.waitForSelector("[role=alert]");
    expect(await page.textContent("[role=alert]")).not.toContain("internal error");
    const brctl =
      "bridge name\tbridge id\t\tSTP enabled\tinterfaces\ndocker0\t\t8000.0242ac110001\tno\t\tveth1234567\n";
    await drop(page, [{ name: "brctl_show.txt", bytes: new TextEncoder().encode(brctl) }]);
    await page.waitForSelector("header.top");
    await nodeIn(page, "port:veth1234567").first().waitFor();
  });

  browserTest("shows all of a snapshot that is dropped over another one, wherever that was looked at", async () => {
    const { page } = await open();
    await dropHost(page, "compose-docker28");
    await nodeIn(page, "container:grafana").first().click();
    await page.focus("svg.stage");
    for (const key of ["+", "+", "+"]) await page.keyboard.press(key);
    await dropHost(page, "seed-docker28");
    await page.waitForSelector(".stage[aria-busy=false]");
    const shown = await page.getAttribute("svg.stage", "viewBox");
    await page.focus("svg.stage");
    await page.keyboard.press("0");
    expect(await page.getAttribute("svg.stage", "viewBox")).toBe(shown);
  });

  browserTest("finds things by name, address and port", async () => {
    const { page } = await open();
    await dropHost(page, "compose-docker28");
    for (const [query, found] of [
      ["graf", "container:grafana"],
      ["172.20.1.4", "container:postgres"],
      ["6379", "container:cache"],
    ] as const) {
      await page.fill("[role=combobox]", query);
      await page.keyboard.press("Enter");
      await page.locator(".picture .cell.chosen").first().waitFor();
      expect(page.url()).toContain(`#picture=${found}`);
    }
  });

  browserTest("traces a packet, draws its way and lists its rules", async () => {
    const { page } = await open();
    await dropHost(page, "compose-docker28");
    await page.click("nav >> text=Trace");
    await page.fill("input[list=trace-from]", "eth0");
    await page.fill("input[list=trace-to]", "host:80");
    await page.keyboard.press("Enter");
    await page.waitForSelector(".verdict.good");
    expect(decodeURIComponent(page.url())).toMatch(/#trace=eth0>host:80$/);
    expect(await page.textContent(".verdict")).toContain("arrives at proxy");
    expect(await page.locator(".way.arrives").count()).toBe(1);
    expect(await page.locator(".steps .step.hook").count()).toBeGreaterThan(1);
    await page.evaluate("location.hash = '#trace=nobody>host:80'");
    await page.waitForSelector(".wrong");
    expect(await page.textContent(".wrong")).toContain('"nobody" is no container');
  });

  browserTest("opens at the place that a link names", async () => {
    const { page } = await open({ hash: "#trace=app>postgres:5432" });
    await dropHost(page, "compose-docker28");
    await page.waitForSelector(".verdict.good");
  });

  browserTest("shows exposure and who reaches whom, each verdict a link to its trace", async () => {
    const { page } = await open({ hash: "#reachability" });
    await dropHost(page, "compose-docker28");
    await page.waitForSelector("table.matrix");
    expect(await page.locator("a[aria-label^='app to postgres:5432: arrives']").count()).toBe(1);
    await page.click("a[aria-label^='eth0 to host:3306']");
    await page.waitForSelector(".verdict");
  });

  browserTest("can be used by keyboard alone", async () => {
    const { page } = await open();
    await dropHost(page, "compose-docker28");
    await page.focus("svg.stage");
    await page.keyboard.press("ArrowDown");
    for (const key of ["ArrowRight", "ArrowRight", "ArrowDown"]) await page.keyboard.press(key);
    const focused = await page.evaluate("document.activeElement.querySelector('title').textContent");
    expect(focused).toMatch(/\w/);
    await page.keyboard.press("Enter");
    await page.waitForSelector("aside.details");
    const before = await page.getAttribute("svg.stage", "viewBox");
    await page.keyboard.press("+");
    expect(await page.getAttribute("svg.stage", "viewBox")).not.toBe(before);
    await page.keyboard.press("0");
  });

  browserTest("lists findings, filters them, and lights them up with the lines that show them", async () => {
    const { page } = await open({ hash: "#findings" });
    await dropHost(page, "drift-docker28");
    await page.waitForSelector(".finding");
    const all = await page.locator(".finding").count();
    await page.click(".finding-head >> nth=0");
    await page.waitForSelector(".finding.chosen .finding-body");
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await page.click(".copyable button >> nth=0");
    await page.waitForSelector("text=Copied");
    const shown = await page.textContent(".copyable pre >> nth=0");
    expect(await page.evaluate("navigator.clipboard.readText()")).toBe(shown);
    await page.fill("input[aria-label='Filter findings']", "no such words");
    expect(await page.locator(".finding").count()).toBe(0);
    await page.fill("input[aria-label='Filter findings']", "");
    await page.uncheck(".filters .severity-error input");
    expect(await page.locator(".finding").count()).toBeLessThan(all);
    await page.check(".filters .severity-error input");
    await page.click("nav >> text=Picture");
    await page.locator(".badge").first().waitFor();
  });

  browserTest("opens a folded network and folds it again", async () => {
    const { syntheticHost } = await import("../support/synthetic-host.ts");
    const { page } = await open();
    const files = [...syntheticHost({ containers: 400, rules: 0 })];
    await drop(
      page,
      files.map(([name, text]) => ({ name, bytes: new TextEncoder().encode(text) })),
    );
    await page.waitForSelector("[data-fold]");
    const folds = page.locator(".folded[data-fold]");
    const [count, cells] = [await folds.count(), await page.locator(".cell[data-node]").count()];
    await folds.first().dispatchEvent("click");
    await page.waitForFunction((n) => document.querySelectorAll(".folded[data-fold]").length === n - 1, count);
    expect(await page.locator(".cell[data-node]").count()).toBeGreaterThan(cells);
    await page.locator(".fold[data-fold]").first().dispatchEvent("click");
    await page.waitForFunction((n) => document.querySelectorAll(".folded[data-fold]").length === n, count);
  });
});
