import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll } from "vitest";
import { pathOf, testWith } from "../support/tools.ts";

export const pageFile = resolve("dist/vethscope.html");

const executable = ["chromium", "chromium-browser", "google-chrome"].map(pathOf).find((path) => path !== null);

/** How long a thing that is waited for may take: a machine that is busy with other work fails no test. */
const patience = 600_000;

/** `test` for a case in a real browser with the built page; skipped where there is no chromium. */
export function browserTest(name: string, run: () => Promise<void>): void {
  const built = { what: "dist/vethscope.html (npm run build)", holds: existsSync(pageFile) };
  testWith(["chromium"], name, run, built, 2 * patience);
}

export interface Opened {
  readonly page: Page;
  /** Addresses of everything that was asked for over any network, and what the console and errors said. */
  readonly requests: readonly string[];
  readonly complaints: readonly string[];
}

/** A desk's screen and a phone's. */
export const sizes = { wide: { width: 1280, height: 800 }, narrow: { width: 390, height: 844 } } as const;

export interface Wishes {
  readonly size?: { readonly width: number; readonly height: number };
  readonly dark?: boolean;
  readonly hash?: string;
  readonly file?: string;
}

/** One browser for all files of a worker, with which it ends. */
let browser: Promise<Browser> | null = null;

function launch(): Promise<Browser> {
  if (executable === undefined) throw new Error("there is no browser");
  return chromium.launch({ executablePath: executable, args: ["--no-sandbox"], timeout: patience });
}

/**
 * A function that opens the page for the tests of one file. Chromium takes seconds to make a window and little to load a page:
 * one tab is used again and again, and each time it starts from nothing, since the page keeps nothing.
 */
export function useBrowser(): (wishes?: Wishes) => Promise<Opened> {
  let tab: Page | null = null;
  afterAll(() => tab?.context().close());
  return async ({ size = sizes.wide, dark = false, hash = "", file = pageFile } = {}) => {
    browser ??= launch();
    tab ??= await (await browser).newPage({ reducedMotion: "reduce" });
    const page = tab;
    for (const event of ["request", "console", "pageerror"] as const) page.removeAllListeners(event);
    page.setDefaultTimeout(patience);
    await page.goto("about:blank");
    await page.setViewportSize(size);
    await page.emulateMedia({ media: null, colorScheme: dark ? "dark" : "light" });
    const requests: string[] = [];
    const complaints: string[] = [];
    const own = pathToFileURL(file).href;
    page.on("request", (request) => {
      if (!request.url().startsWith(own) && !request.url().startsWith("blob:")) requests.push(request.url());
    });
    page.on("console", (message) => complaints.push(message.text()));
    page.on("pageerror", (error) => complaints.push(String(error)));
    await page.goto(`${own}${hash}`);
    return { page, requests, complaints };
  };
}

/** Goes to a place in the page that is open, and waits until it is there and drawn. */
export async function goTo(page: Page, hash: string, ready: string): Promise<void> {
  await page.evaluate((to) => location.assign(to), hash);
  await page.locator(ready).first().waitFor();
  await drawn(page);
}

/** Waits until what was changed is on the screen. */
export async function drawn(page: Page): Promise<void> {
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
}

/** Drops files on the page, as a person would. */
export async function drop(
  page: Page,
  files: readonly { readonly name: string; readonly bytes: Uint8Array }[],
): Promise<void> {
  const packed = files.map(({ name, bytes }) => ({ name, base64: Buffer.from(bytes).toString("base64") }));
  await page.evaluate((all) => {
    const transfer = new DataTransfer();
    for (const { name, base64 } of all) {
      const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
      transfer.items.add(new File([bytes], name));
    }
    for (const type of ["dragover", "drop"]) {
      document.body.dispatchEvent(new DragEvent(type, { dataTransfer: transfer, bubbles: true, cancelable: true }));
    }
  }, packed);
}

/** One of the hosts under fixtures/, as a file. */
export const hostZip = (name: string) => ({
  name: `${name}.zip`,
  bytes: readFileSync(`fixtures/hosts/${name}.zip`),
});

/** Drops one of the hosts under fixtures/ and waits until it is shown, in the place of any other. */
export async function dropHost(page: Page, name: string): Promise<void> {
  await drop(page, [hostZip(name)]);
  await shown(page, `${name}.zip`);
}

/** Waits until the snapshot of that name is shown. */
export async function shown(page: Page, name: string): Promise<void> {
  await page.waitForSelector(`header.top h1[title=${JSON.stringify(name)}]`);
}

/** Drops two hosts and waits until they are compared. */
export async function dropTwo(page: Page, first: string, second: string): Promise<void> {
  await drop(page, [hostZip(first), hostZip(second)]);
  // On a phone the names are hidden.
  await page.waitForSelector(`.sides small >> text="${second}.zip"`, { state: "attached" });
  await page.waitForSelector(".changes");
}

/** A node of the picture. */
export const nodeIn = (page: Page, id: string) => page.locator(`[data-node=${JSON.stringify(id)}]`);
