import { describe, expect } from "vitest";
import { isAll } from "../support/extent.ts";
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

  if (isAll)
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

  if (isAll)
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

  if (isAll)
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

  if (isAll)
    browserTest("shows one cause with what follows from it, and what follows alone where it alone fits", async () => {
      const { page } = await open({ hash: "#findings" });
      await dropHost(page, "flushed-docker28-after");
      const top = page.locator(".side > .findings > .finding");
      await top.first().waitFor();
      expect(await top.count()).toBeLessThan(await page.locator(".finding").count());
      expect(await top.first().locator("> .follow > summary").textContent()).toBe("9 more follow from it");
      await top.first().locator("> .follow > summary").click();
      await top.first().locator(".follow .finding-head").first().click();
      await page.waitForSelector(".follow .finding.chosen .finding-body");
      await page.evaluate(() => location.assign("#findings=masquerade-missing"));
      await page.waitForSelector(".side .only");
      expect(await top.count()).toBe(await page.locator(".finding").count());
    });

  if (isAll)
    browserTest("never says that nothing was found above checks that are folded away", async () => {
      const { page } = await open({ hash: "#findings" });
      await dropHost(page, "compose-docker29nft");
      await page.waitForSelector(".judging .verdict.open");
      expect(await page.textContent(".judging .verdict")).toMatch(
        /^nothing found by \d+ of \d+ checks \(\d+ more in part\)/,
      );
      expect(await page.isVisible(".judging details li")).toBe(true);
      const unjudged = await page.locator(".judging details small").allTextContents();
      const count = unjudged.flatMap((names) => names.split(", ")).length;
      expect(await page.textContent("nav .unjudged [aria-hidden]")).toBe(`${count} ?`);
      await drop(page, [{ name: "resolv.conf", bytes: new TextEncoder().encode("nameserver 192.0.2.53\n") }]);
      await page.waitForSelector(".judging .copyable");
      expect(await page.textContent(".judging .verdict")).toContain("cannot say: 0 of");
      expect(await page.textContent(".judging .copyable pre")).toContain("iptables-save -c");
    });

  if (isAll)
    browserTest(
      "shows each way that a name stands for, and in the table which services a published port opens",
      async () => {
        const { page } = await open({ hash: "#trace=outside>mysql:3306" });
        await dropHost(page, "compose-docker28");
        await page.waitForSelector(".ways");
        expect(await page.textContent(".verdict")).toContain("arrives at mysql");
        expect(await page.locator(".ways li").allTextContents()).toEqual([
          expect.stringMatching(/^✓ 192\.168\.50\.10:3306 \(published\) delivered/),
          expect.stringMatching(/^✓ \[2001:db8:50::10]:3306 \(published\) delivered/),
          expect.stringMatching(/^✕ 172\.20\.0\.5:3306 \(on shop_front\) dropped/),
        ]);
        expect(await page.locator("#trace-from option").first().getAttribute("value")).toBe("outside");
        await page.evaluate(() => location.assign("#reachability"));
        await page.waitForSelector("table.matrix");
        const sign = (from: string, to: string) => page.textContent(`a[title^="${from} to ${to}:"]`);
        expect(await sign("eth0", "mysql:3306")).toBe("⇢");
        expect(await sign("cache", "mysql:3306")).toBe("✓");
        expect(await sign("grafana", "postgres:5432")).toBe("✕");
      },
    );

  if (isAll)
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
