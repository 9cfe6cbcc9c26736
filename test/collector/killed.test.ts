import { spawnSync } from "node:child_process";
import { chmodSync, copyFileSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { isAll, someOf } from "../support/extent.ts";
import { makeRandom } from "../support/random.ts";
import { hasTool, testWith } from "../support/tools.ts";
import { allShells, collectWithLimit, find, Host, healthy, marked, readZip, shells } from "./host.ts";

/** How many runs are killed at any moment: none in `npm test`; more with VETHSCOPE_KILLS=1000. */
const kills = Number(process.env["VETHSCOPE_KILLS"] ?? (isAll ? 40 : 0));
const here = shells.filter(([, tool]) => hasTool(tool));

/** Waits until nothing is left. A guard needs a second to notice, and a busy machine may take minutes. */
async function settled(left: () => string[]): Promise<string[]> {
  for (let i = 0; i < 3000 && left().length > 0; i++) await sleep(100);
  return left();
}

/** The processes whose environment shows that they come from these hosts. */
function processesOf(hosts: readonly Host[]): string[] {
  return readdirSync("/proc").filter((pid) => {
    try {
      if (!/^\d+$/.test(pid)) return false;
      const environment = readFileSync(`/proc/${pid}/environ`, "latin1");
      return hosts.some((host) => environment.includes(host.marks));
    } catch {
      return false; // gone meanwhile, or somebody else's
    }
  });
}

/** What a process has open, as far as it still runs. */
function openFiles(pid: string): string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).map((fd) => readlinkSync(`/proc/${pid}/fd/${fd}`));
  } catch {
    return [];
  }
}

describe.each(shells)("under %s", (_name, tool, shell) => {
  testWith([tool], "SIGINT, SIGTERM and SIGHUP end it at once and leave no file and no process", async () => {
    const signals = [
      ["SIGINT", 130],
      ["SIGTERM", 143],
      ["SIGHUP", 129],
    ] as const;
    const one = async (signal: NodeJS.Signals, status: number) => {
      const host = new Host({ ...healthy, ipset: ': >"$MARKS/hanging"; exec sleep 3000' });
      const run = await host.run([], {
        shell,
        during: async (child) => {
          await marked(host, "hanging", child);
          child.kill(signal);
        },
      });
      expect(run.status).toBe(status);
      expect(host.leftovers()).toEqual([]);
      expect(readdirSync(host.out)).toEqual([]);
      expect(await settled(() => processesOf([host]))).toEqual([]);
      host.remove();
    };
    await Promise.all(signals.map(([signal, status]) => one(signal, status)));
  });
});

// bash forgets an interrupt that comes while it waits for a command and has no trap: the command here ends only after it.
describe.each(allShells)("while it tries timeout(1), before anything is set up, under %s", (_name, tool, shell) => {
  testWith([tool], "SIGINT ends it and leaves no file and no process", async () => {
    const waits = ': >"$MARKS/trying"; until [ -e "$MARKS/interrupted" ]; do sleep 0.02; done';
    const host = new Host({ ...healthy, timeout: `shift 3; [ "$1" != true ] || { ${waits}; }; exec "$@"` });
    const run = await host.run([], {
      shell,
      during: async (child) => {
        await marked(host, "trying", child);
        child.kill("SIGINT");
        writeFileSync(join(host.marks, "interrupted"), "");
      },
    });
    expect(run.status).toBe(130);
    expect(host.leftovers()).toEqual([]);
    expect(readdirSync(host.out)).toEqual([]);
    expect(await settled(() => processesOf([host]))).toEqual([]);
    host.remove();
  });
});

describe.each(shells)("a command that overstays under %s", (_name, tool, shell) => {
  testWith([tool, "timeout"], "is stopped with what it has started", async () => {
    const host = new Host({ ...healthy, ipset: "sleep 3000 & wait" });
    const run = await host.run(["--timeout", "1", "--only", "ip-addr,ipset-save", "-o", "-"], { shell });
    expect((await readZip(run.stdout)).entry("ipset-save").why).toBe("no answer within 1 s");
    expect(await settled(() => processesOf([host]))).toEqual([]);
    host.remove();
  });
});

describe.each(shells)("kill -9 under %s", (_name, tool, shell) => {
  testWith([tool], "is noticed where nobody waits for the dead, and keeps none of the caller's pipes", async () => {
    const host = new Host({ ...healthy, ipset: ': >"$MARKS/hanging"; exec sleep 3000' });
    const [program = "", ...rest] = shell;
    // The parent becomes a program that never asks how its child ended.
    const script =
      'readlink /proc/$$/fd/1 /proc/$$/fd/2 >"$MARKS/pipes"; "$@" & echo $! >"$MARKS/pid"; exec "$SLEEP" 3001 >&- 2>&-';
    const parent = {
      shell: ["sh", "-c", script, "sh", find(program) ?? program, ...rest],
      env: { SLEEP: find("sleep") ?? "" },
    };
    await host.run([], {
      ...parent,
      during: async (child) => {
        await marked(host, "hanging", child);
        const pid = readFileSync(join(host.marks, "pid"), "utf8").trim();
        const own = [pid, String(child.pid)];
        const others = processesOf([host]).filter((other) => !own.includes(other));
        expect(others.length).toBeGreaterThan(1);
        const pipes = readFileSync(join(host.marks, "pipes"), "utf8").trim().split("\n");
        expect(new Set(pipes).size).toBe(2);
        expect(others.flatMap(openFiles).filter((file) => pipes.includes(file))).toEqual([]);
        process.kill(Number(pid), "SIGKILL");
        expect(await settled(() => host.leftovers())).toEqual([]);
        expect(readFileSync(`/proc/${pid}/stat`, "utf8")).toMatch(/\) Z /);
        child.kill();
      },
    });
    expect(await settled(() => processesOf([host]))).toEqual([]);
    host.remove();
  });
});

test.runIf(kills > 0)(`${kills} runs killed at any moment leave nothing behind`, { timeout: 3_600_000 }, async () => {
  const signals = ["SIGINT", "SIGTERM", "SIGHUP", "SIGKILL"] as const;
  const left: string[] = [];
  const hosts: Host[] = [];
  const random = makeRandom(1);
  const one = async (i: number) => {
    // Some wait for their end, however fast the machine is.
    const waits = random.chance(0.5);
    const host = new Host(waits ? { ...healthy, ipset: "exec sleep 3000" } : healthy);
    hosts.push(host);
    const signal = signals[i % signals.length] ?? "SIGKILL";
    const [, , shell] = random.pick(here);
    const moment = random.below(700);
    const run = await host.run(["--quiet"], { shell, during: (child) => setTimeout(() => child.kill(signal), moment) });
    for (const rest of await settled(() => host.leftovers()))
      left.push(`${signal} after ${moment} ms under ${shell.join(" ")}: ${rest}`);
    const zips = readdirSync(host.out).filter((name) => name.endsWith(".zip"));
    for (const name of zips) await readZip(readFileSync(join(host.out, name)));
    if (run.status === 0) expect(zips).toHaveLength(1);
    if (waits) expect(zips).toEqual([]);
    host.remove();
  };
  for (let i = 0; i < kills; i += 4) await Promise.all([0, 1, 2, 3].map((j) => one(i + j)));
  expect(left).toEqual([]);
  expect(await settled(() => processesOf(hosts))).toEqual([]);
});

const unprivileged = ["--reuid", "65534", "--regid", "65534", "--clear-groups"];
const isRoot = process.getuid?.() === 0;
const others = spawnSync("setpriv", [...unprivileged, "test", "-x", tmpdir()]);

// What sudo starts belongs to root, and its user may not kill it. A copy of setpriv with the set-user-id bit does the same.
describe.each(someOf([["with timeout(1)", []] as const, ["without timeout(1)", ["timeout"]] as const], 2))(
  "%s",
  (_name, without) => {
    testWith(
      ["setpriv", "dash"],
      "a command that cannot be killed is not waited for",
      async () => {
        const host = new Host(
          { ...healthy, ipset: 'echo $$ >"$MARKS/pid"; exec "$MARKS/become" --reuid 0 sleep 3000' },
          without,
        );
        const become = join(host.marks, "become");
        copyFileSync(find("setpriv") ?? "", become);
        for (const dir of [host.dir, host.tmp, host.out, host.marks]) chmodSync(dir, 0o1777);
        chmodSync(become, 0o4755);
        const shell = ["setpriv", ...unprivileged, find("dash") ?? "dash"];
        const { tooLate, entry, manifest } = await collectWithLimit(host, ["ipset-save"], [], { shell });
        const pid = Number(readFileSync(join(host.marks, "pid"), "utf8"));
        expect(readFileSync(`/proc/${pid}/status`, "utf8")).toMatch(/^Uid:\t0\t0\t0/m);
        process.kill(pid, "SIGKILL");
        expect(manifest.user.uid).toBe(65534);
        expect(entry("ipset-save").why).toBe(tooLate);
        expect(entry("ip-rule").why).toBeNull();
        expect(host.leftovers()).toEqual([]);
        host.remove();
      },
      { what: "root, and a temporary folder that other users reach", holds: isRoot && others.status === 0 },
    );
  },
);
