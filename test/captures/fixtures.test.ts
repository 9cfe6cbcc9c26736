import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openSnapshot } from "../../src/captures/read-snapshot.ts";
import type { CaptureOk } from "../../src/captures/snapshot.ts";
import { iptablesSave } from "../../src/parsers/iptables-save.ts";

const folder = join(import.meta.dirname, "../../fixtures/hosts");
const hosts = readdirSync(folder).flatMap((file) => (file.endsWith(".zip") ? [file.slice(0, -4)] : []));
const open = (host: string) => openSnapshot(readFileSync(join(folder, `${host}.zip`)), `${host}.zip`);

describe("the fixtures", () => {
  it("are of all engines and scenarios, before and after", () => {
    expect(hosts.length).toBeGreaterThanOrEqual(24);
    const parts = hosts.map((host) => host.split("-docker"));
    expect(new Set(parts.map(([scenario]) => scenario))).toEqual(
      new Set(
        "seed compose change dockeruser drift drivers flushed inside ipv6 noicc-noproxy sysctl ufw shop notes".split(
          " ",
        ),
      ),
    );
    expect(new Set(parts.flatMap(([, engine]) => engine?.replace(/-(after|\d)$/, "") ?? []))).toEqual(
      new Set(["20", "26", "28", "29", "29nft"]),
    );
    for (const host of hosts) {
      if (host.endsWith("-after")) expect(hosts).toContain(host.replace("-after", ""));
      if (/-[2-9]$/.test(host)) expect(hosts).toContain(host.replace(/\d$/, (moment) => `${Number(moment) - 1}`));
      if (host !== "notes")
        expect(readFileSync(join(folder, `${host}.truth.ndjson`), "utf8")).toMatch(/^\{"from": .*\}\n$/s);
    }
  });

  it.each(hosts.filter((host) => host !== "notes"))("%s is whole: nothing failed, nothing unread", async (host) => {
    const { manifest, captures, unread } = await open(host);
    expect(manifest?.takenAt).toMatch(/^2026-11-2[38]T\d\d:\d\d:\d\dZ$/);
    expect(captures.filter(({ state }) => state !== "ok")).toEqual([]);
    expect(unread).toEqual([]);
    expect(captures.length).toBe(manifest?.captures.length);
    expect(captures.filter(({ kind }) => kind === "ip-addr").length).toBeGreaterThan(1);
  });

  it.each(hosts)("%s holds nothing that the collector would not take", async (host) => {
    for (const capture of (await open(host)).captures) {
      if (capture.state !== "ok") continue;
      if (capture.kind.startsWith("docker-"))
        expect(capture.text).not.toMatch(/"(Env|Cmd|Args|Path|Mounts|Binds|HttpProxy)"|lab\.|COMMAND|\/opt\/srv/);
    }
  });

  it("notes is hand-made: pieces with their own line numbers, and what is missing", async () => {
    const { manifest, captures, unread } = await open("notes");
    expect(manifest).toBeNull();
    const places = captures.map(
      (c) => `${c.state} ${c.kind} ${c.netns ?? "host"} ${c.state === "ok" ? c.firstLine : c.why}`,
    );
    expect(places).toEqual([
      "ok ip-addr host 2",
      "ok ip-addr host 6",
      "ok ip-addr db 1",
      "ok ip-addr nstest 1",
      "ok ip-addr nstest2 1",
      "ok brctl-show host 1",
      "ok docker-network-inspect host 1",
      "absent iptables-save host not captured",
      "ok iptables-save tool 1",
      "ok ss-listen tool 2",
      "ok resolv-conf web 1",
      "ok docker-network-ls host 1",
    ]);
    expect(unread.map(({ file }) => file)).toEqual(["about.md"]);
  });

  it.each(hosts)("%s: its rule sets are read without a note and printed again byte for byte", async (host) => {
    const { captures } = await open(host);
    const rules = captures.filter((c): c is CaptureOk => c.state === "ok" && /^ip6?tables/.test(c.kind));
    for (const { text, file } of rules) {
      const { data, notes } = iptablesSave.parse(text);
      expect(notes, file).toEqual([]);
      expect(iptablesSave.print(data), file).toBe(text);
    }
  });
});
