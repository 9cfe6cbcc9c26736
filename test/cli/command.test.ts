import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import JSZip from "jszip";
import { afterAll, describe, expect, test } from "vitest";
import { runCommand } from "../support/run-command.ts";
import { syntheticHost } from "../support/synthetic-host.ts";

const scratch = mkdtempSync(join(tmpdir(), "vethscope-test-"));
afterAll(() => rmSync(scratch, { recursive: true }));

async function zipOf(files: ReadonlyMap<string, string>): Promise<Uint8Array> {
  const zip = new JSZip();
  for (const [name, text] of files) zip.file(name, text);
  return zip.generateAsync({ type: "uint8array", compression: "DEFLATE" });
}

describe("the command", () => {
  test("reads a zip, a folder and a zip on standard input alike", async () => {
    const files = syntheticHost({ containers: 5, rules: 3 });
    const bytes = await zipOf(files);
    writeFileSync(join(scratch, "host.zip"), bytes);
    mkdirSync(join(scratch, "host"));
    for (const [name, text] of files) writeFileSync(join(scratch, "host", name), text);
    const outputs = [join(scratch, "host.zip"), join(scratch, "host")].map((path) => runCommand(["analyze", path]));
    outputs.push(runCommand(["analyze", "-"], bytes));
    for (const { status, stdout, stderr } of outputs) {
      expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
      expect(stdout).toBe(outputs[0]?.stdout);
    }
    expect(outputs[0]?.stdout).toContain("service-5");
  });

  test("does not follow a link out of a folder", () => {
    const folder = join(scratch, "linked");
    mkdirSync(folder);
    writeFileSync(join(scratch, "ip_route.txt"), "default via 198.51.100.99 dev secret0\n");
    writeFileSync(join(folder, "resolv_conf.txt"), "nameserver 192.0.2.53\n");
    symlinkSync(join(scratch, "ip_route.txt"), join(folder, "ip_route.txt"));
    symlinkSync(folder, join(folder, "again"));
    const { status, stdout } = runCommand(["show", folder, "-f", "json"]);
    expect(status).toBe(0);
    expect(stdout).not.toContain("secret0");
    expect(stdout).toContain("192.0.2.53");
  });

  test("writes a capture back as it is to a file, and elsewhere with escapes for what could act on a terminal", () => {
    const file = join(scratch, "iptables.txt");
    const rule = '-A INPUT -m comment --comment "\x1b]52;c;aGk=\x07\u009b31m\u202e" -j ACCEPT';
    const text = `*filter\n:INPUT ACCEPT [0:0]\n${rule}\nCOMMIT\n`;
    writeFileSync(file, text);
    const args = ["parse", "iptables-save", "--print", file];
    const copy = join(scratch, "copy.txt");
    runCommand([...args, "-o", copy]);
    expect(readFileSync(copy, "utf8")).toBe(text);
    const { stdout } = runCommand(args);
    expect(stdout).toBe(text.replace(/".*"/, '"\\x1b]52;c;aGk=\\x07\\x9b31m\\u{202e}"'));
  });

  test("prints the collector byte for byte", () => {
    expect(runCommand(["collect"]).stdout).toBe(readFileSync("collector/collect.sh", "utf8"));
  });

  test("writes to a file without colours", () => {
    const file = join(scratch, "out.txt");
    const { status, stdout } = runCommand(["analyze", "test/cli/snapshots/ticket.txt", "-o", file]);
    expect({ status, stdout }).toEqual({ status: 0, stdout: "" });
    expect(readFileSync(file, "utf8")).toBe(runCommand(["analyze", "test/cli/snapshots/ticket.txt"]).stdout);
  });

  test("shows a stack trace only when asked", () => {
    const quiet = runCommand(["analyze", "no-such-host.zip"]);
    const loud = runCommand(["analyze", "no-such-host.zip"], "", { VETHSCOPE_DEBUG: "1" });
    expect(quiet.stderr.trim().split("\n")).toHaveLength(1);
    expect(loud.stderr).toContain("    at ");
  });

  test("ends quietly when nobody reads on", async () => {
    const zip = join(scratch, "large.zip");
    writeFileSync(zip, await zipOf(syntheticHost({ containers: 300, rules: 0 })));
    const child = spawn(process.execPath, ["dist/cli.js", "show", zip, "-f", "json"], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    const errors: Buffer[] = [];
    child.stderr.on("data", (chunk: Buffer) => errors.push(chunk));
    child.stdout.once("data", () => child.stdout.destroy());
    const status = await new Promise((resolve) => child.once("close", resolve));
    expect({ status, stderr: Buffer.concat(errors).toString() }).toEqual({ status: 0, stderr: "" });
  });

  test("a name in a message cannot act on the terminal", () => {
    const { stderr } = runCommand(["analyze", "no\x1b[31m\nsuch"]);
    expect(stderr).toBe("vethscope: cannot read no\\x1b[31m\\nsuch: no such file or folder\n");
  });
});
