import { execFileSync, spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect } from "vitest";
import { openSnapshot } from "../../src/captures/read-snapshot.ts";
import { someOf } from "../support/extent.ts";
import { testWith } from "../support/tools.ts";
import { Host, healthy, readZip, shells } from "./host.ts";

/** Which tools the script finds decides how it makes the zip. */
const modes: readonly (readonly [how: string, without: readonly string[]])[] = [
  ["zip", []],
  ["gzip's deflate", ["zip"]],
  ["stored entries", ["zip", "gzip"]],
];

const stubs = {
  ...healthy,
  "iptables-save": 'i=0; while [ $i -lt 3000 ]; do echo "-A FORWARD -p tcp --dport $i -j ACCEPT"; i=$((i + 1)); done',
  ipset: ":",
  nft: `printf 'a\\000b\\377PK\\003\\004'`,
};

describe.each(someOf(modes, 2))("a zip made with %s", (how, without) => {
  const hosts: Host[] = [];
  afterAll(() => {
    for (const host of hosts) host.remove();
  });

  for (const [name, tool, shell] of shells) {
    testWith([tool, "zip", "unzip", "python3"], `under ${name} is read by unzip, python and jszip alike`, async () => {
      const host = new Host(stubs, without);
      hosts.push(host);
      const run = await host.run(["--quiet", "-o", "x.zip"], { shell });
      expect(run.stderr).toBe("");
      const path = join(host.out, "x.zip");
      const bytes = execFileSync("cat", [path]);
      const { files, manifest } = await readZip(bytes);
      expect(manifest.captures.length).toBeGreaterThan(20);
      expect(files.get("captures/ipset-save.txt")?.length).toBe(0);
      expect(files.get("captures/nft-ruleset.json")).toEqual(Buffer.from("a\0b\u00ffPK\u0003\u0004", "latin1"));
      expect(files.get("captures/iptables-save.txt")?.toString().split("\n")).toHaveLength(3001);
      const total = [...files.values()].reduce((sum, file) => sum + file.length, 0);
      if (how === "stored entries") expect(bytes.length).toBeGreaterThan(total);
      else expect(bytes.length).toBeLessThan(total);

      const ours = await openSnapshot(bytes, "x.zip");
      expect(ours.manifest).toEqual(manifest);
      expect(ours.unread).toEqual([]);
      expect(ours.captures.filter(({ state }) => state === "ok").map(({ kind }) => kind)).toContain("iptables-save");

      const tested = spawnSync("unzip", ["-tq", path], { encoding: "utf8" });
      expect(tested.stderr + tested.stdout).toMatch(/^No errors detected/);
      writeFileSync(join(host.dir, "list.py"), python);
      const listed = execFileSync("python3", [join(host.dir, "list.py"), path], { encoding: "utf8" });
      expect(JSON.parse(listed)).toEqual(
        Object.fromEntries([...files].map(([file, content]) => [file, content.toString("hex").slice(0, 2000)])),
      );
    });
  }
});

const python = `
import json, sys, time, zipfile
zip = zipfile.ZipFile(sys.argv[1])
assert zip.testzip() is None
for entry in zip.infolist():
    age = time.time() - time.mktime(entry.date_time + (0, 0, -1))
    assert abs(age) < 2 * 86400, entry
print(json.dumps({entry.filename: zip.read(entry).hex()[:2000] for entry in zip.infolist()}))
`;
