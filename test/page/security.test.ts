import { readFileSync } from "node:fs";
import { describe, expect } from "vitest";
import { isAll } from "../support/extent.ts";
import { type Size, syntheticHost } from "../support/synthetic-host.ts";
import { makeZip } from "../support/zip.ts";
import { browserTest, drop, dropHost, goTo, pageFile, useBrowser } from "./browser.ts";

const open = useBrowser();

/** Each view, and what is there when it has all that it shows. */
const views = [
  ["#picture", ".stage .cell"],
  ["#findings", ".side[aria-label=Findings] > .judging"],
  ["#trace=eth0>host:10000", ".verdict, .wrong"],
  ["#reachability", "table.matrix"],
  ["#snapshot", ".counts"],
  ["#captures", ".line"],
] as const;

/** Names that do something wherever they are taken for markup, script or address. */
const attack = "<img src=x onerror=window.owned=1><script>window.owned=1</script>\"'`$(alert(1))javascript:x&lt;b&gt;";

/** A host in whose every capture all names are attacks: those of containers, networks, labels, comments and interfaces. */
function hostileFiles(
  size: Size = { containers: 6, rules: 3 },
): { readonly name: string; readonly bytes: Uint8Array }[] {
  const inJson = JSON.stringify(attack).slice(1, -1);
  return [...syntheticHost(size)].map(([name, text]) => {
    const named = name.endsWith(".json")
      ? text
          .replaceAll("service-", `${inJson}-`)
          .replaceAll("stack-", `${inJson}-`)
          .replaceAll('"default"', `"${inJson}"`)
      : text
          .replaceAll("rule ", `${attack.replaceAll('"', "")} `)
          .replaceAll("eth0", "<b>eth0")
          .replaceAll("192.0.2.53", attack);
    return { name, bytes: new TextEncoder().encode(`${named}${name.endsWith(".json") ? "" : `${attack}\n`}`) };
  });
}

describe("nothing in a snapshot is trusted", () => {
  browserTest("hostile names in every field stay text, in every view", async () => {
    const { page, requests, complaints } = await open();
    await drop(page, hostileFiles());
    await page.waitForSelector("header.top");
    for (const [hash, ready] of views) {
      await goTo(page, hash, ready);
      expect(await page.evaluate("window.owned")).toBeUndefined();
      expect(await page.locator("img, iframe, object, embed, b, #app script").count()).toBe(0);
      const schemes = await page.$$eval("a[href]", (links) => links.map((link) => link.getAttribute("href") ?? ""));
      expect(schemes.filter((href) => !href.startsWith("#"))).toEqual([]);
    }
    expect(requests).toEqual([]);
    expect(complaints).toEqual([]);
  });

  if (isAll)
    browserTest("what changed between two hostile snapshots stays text, too", async () => {
      const { page, requests, complaints } = await open();
      const sizes = [
        { containers: 6, rules: 3 },
        { containers: 4, rules: 5 },
      ];
      const zips = sizes.map((size, i) => ({
        name: `${attack.replaceAll("/", "")}${i}.zip`,
        bytes: makeZip(hostileFiles(size).map(({ name, bytes }) => ({ name, data: Buffer.from(bytes) }))),
      }));
      await drop(page, zips);
      await page.waitForSelector(".changes");
      const parts = [".flow", ".thing", ".diff > li"];
      for (const part of parts) expect(await page.locator(part).count(), part).toBeGreaterThan(0);
      expect(await page.textContent(".changes")).toContain("<img src=x");
      const nodes = await page.$$eval(".stage [data-node]", (all) =>
        all.map((one) => one.getAttribute("data-node") ?? ""),
      );
      const gone = nodes.find((id) => id.startsWith("container:")) ?? "";
      for (const [hash, ready] of [
        ["#changes", ".changes .flow"],
        ["#changes=flow:0:before", ".flow-body .verdict, .flow-body .empty"],
        [`#changes=${encodeURIComponent(gone)}`, ".only"],
        ["#before/picture", ".overview .stage .cell"],
      ] as const) {
        await goTo(page, hash, ready);
        expect(await page.evaluate("window.owned")).toBeUndefined();
        expect(await page.locator("img, iframe, object, embed, b, #app script").count()).toBe(0);
        const links = await page.$$eval("a[href]", (all) => all.map((link) => link.getAttribute("href") ?? ""));
        expect(links.filter((href) => !href.startsWith("#"))).toEqual([]);
      }
      expect([requests, complaints]).toEqual([[], []]);
    });

  browserTest("nothing leaves the page, whatever is done in it", async () => {
    const { page, requests, complaints } = await open();
    await dropHost(page, "compose-docker28");
    for (const [hash, ready] of views) {
      await goTo(page, hash, ready);
    }
    expect([requests, complaints]).toEqual([[], []]);
  });

  browserTest("the policy would stop a script that got in all the same", async () => {
    const { page } = await open();
    const outcome = await page.evaluate(async () => {
      const fetched = await fetch("https://example.com/").then(
        () => "sent",
        () => "stopped",
      );
      // As the parser would put it there: the page itself may make no script of a text.
      const script = document.createElement("script");
      script.append("window.owned = 1");
      document.body.append(script);
      const image = new Image();
      const loaded = new Promise((resolve) => {
        image.onerror = () => resolve("stopped");
        image.onload = () => resolve("loaded");
      });
      image.src = "data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAA=";
      return [fetched, "owned" in window, await loaded];
    });
    expect(outcome).toEqual(["stopped", false, "stopped"]);
  });

  browserTest("no text becomes markup or script, not even by a mistake of the page", async () => {
    const { page } = await open();
    const outcome = await page.evaluate(async () => {
      // What is run from outside may do all: later the page's own rules hold.
      await new Promise((done) => setTimeout(done));
      // TypeScript's own types do not know it yet.
      const { trustedTypes } = window as unknown as {
        trustedTypes: { createPolicy: (name: string, rules: object) => unknown };
      };
      const tries: readonly (() => unknown)[] = [
        () => {
          document.createElement("div").innerHTML = "<b>x</b>";
        },
        () => document.body.insertAdjacentHTML("beforeend", "<b>x</b>"),
        () => new DOMParser().parseFromString("<b>x</b>", "text/html"),
        // biome-ignore lint/security/noGlobalEval: that it is refused is what is tested.
        () => eval("1"),
        () => new Worker(URL.createObjectURL(new Blob([""]))),
        () => trustedTypes.createPolicy("another", {}),
        () => trustedTypes.createPolicy("vethscope-worker", {}),
      ];
      return tries.map((run) => {
        try {
          run();
          return "done";
        } catch {
          return "refused";
        }
      });
    });
    expect(outcome).toEqual(outcome.map(() => "refused"));
  });

  if (isAll)
    browserTest("the tab's title shows what is invisible, or changes the direction of writing", async () => {
      const { page } = await open();
      const hostname = "a\u202egnp\u009b31m\u200b";
      const manifest = { format: "vethscope-snapshot", version: 1, host: { hostname }, captures: [] };
      const entries = [
        { name: "manifest.json", data: Buffer.from(JSON.stringify(manifest)) },
        ...[...syntheticHost({ containers: 1, rules: 1 })]
          .filter(([name]) => name !== "manifest.json")
          .map(([name, text]) => ({ name, data: Buffer.from(text) })),
      ];
      await drop(page, [{ name: "\u202egnp\u009b.zip", bytes: makeZip(entries) }]);
      await page.waitForSelector("header.top");
      expect(await page.title()).toMatch(/^\P{C}+ · vethscope$/u);
      expect(await page.title()).toContain("\\u{202e}gnp");
    });

  if (isAll)
    browserTest("the page shows the licences of what is built into it", async () => {
      const { page } = await open();
      await page.click("text=Licences");
      const notices = await page.textContent(".notices pre");
      for (const name of ["jszip", "pako", "preact", "zod"]) expect(notices).toMatch(new RegExp(`^${name} \\d`, "m"));
      expect(notices).toContain("Permission is hereby granted");
    });

  browserTest("the policy allows nothing but the page's own script, style and worker", async () => {
    const text = readFileSync(pageFile, "utf8");
    const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(text)?.[1];
    expect(policy).toMatch(
      /^default-src 'none'; script-src 'sha256-[\w+/=]{44}'; worker-src blob:; style-src 'sha256-[\w+/=]{44}'; base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types vethscope-worker$/,
    );
    expect(text).not.toMatch(/\s(?:src|href)="https?:/);
  });
});
