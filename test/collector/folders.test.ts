import { spawnSync } from "node:child_process";
import {
  chmodSync,
  chownSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect } from "vitest";
import { isAll } from "../support/extent.ts";
import { testWith } from "../support/tools.ts";
import { anyShell, find, Host, healthy, readZip, shells } from "./host.ts";

// The collector often runs as root in a folder of somebody else, who may put anything there, before and meanwhile.

const hosts: Host[] = [];
function host(stubs: Readonly<Record<string, string>> = healthy): Host {
  const made = new Host(stubs);
  hosts.push(made);
  return made;
}
afterEach(() => {
  for (const made of hosts.splice(0)) made.remove();
});

const path = "PATH=/usr/bin:/bin:/usr/sbin:/sbin\n"; // in stubs that need more than the script does

/** A stub that does something of its own before it becomes the real tool; an attacker who is quick. */
const quick = (tool: string, deed: string): Readonly<Record<string, string>> => ({
  ...healthy,
  [tool]: `${path}${deed}\nexec ${find(tool)} "$@"`,
});
const few = ["--quiet", "--only", "ip-addr", "-o", "x.zip"];

describe.each(shells)("under %s", (_name, tool, shell) => {
  testWith([tool], "nothing lies in the output's folder that could be replaced by a link", async () => {
    const on = host({
      ...healthy,
      ip: `${path}for f in .vethscope*; do rm "$f"; ln -s "$MARKS/victim" "$f"; done; echo`,
    });
    writeFileSync(join(on.marks, "victim"), "precious");
    const run = await on.run(few, { shell });
    expect(run.stderr).toBe("");
    expect(readFileSync(join(on.marks, "victim"), "utf8")).toBe("precious");
    await readZip(readFileSync(join(on.out, "x.zip")));
  });

  testWith([tool], "a folder that became a link to another is not written to", async () => {
    const on = host({ ...healthy, ip: `${path}mv "$PWD" "$PWD.old"; ln -s "$MARKS/folder" "$PWD"; echo` });
    mkdirSync(join(on.marks, "folder"));
    const run = await on.run(few, { shell });
    expect(run.status).toBe(3);
    expect(run.stderr).toMatch(/^collect\.sh: cannot write .*x\.zip: the folder was moved\n$/);
    expect(readdirSync(join(on.marks, "folder"))).toEqual([]);
  });

  testWith(
    [tool, "mkfifo"],
    "only files are replaced: no pipe, no link to a pipe or to a device is written to",
    async () => {
      const on = host();
      spawnSync("mkfifo", [join(on.out, "pipe")]);
      symlinkSync("pipe", join(on.out, "to-pipe"));
      symlinkSync("/dev/null", join(on.out, "to-device"));
      for (const name of ["pipe", "to-pipe", "to-device"]) {
        const run = await on.run(["-o", name], { shell });
        expect(run.status, name).toBe(3);
        expect(run.stderr).toMatch(/^collect\.sh: .* is neither a file nor in \/dev: name another with -o\n$/);
      }
      expect(readdirSync(on.tmp)).toEqual([]);
    },
  );

  testWith([tool], "a link to a file is replaced, and so is one to nothing", async () => {
    const on = host();
    writeFileSync(join(on.marks, "victim"), "precious");
    for (const target of ["victim", "nothing"]) {
      spawnSync("ln", ["-sf", join(on.marks, target), join(on.out, "x.zip")]);
      expect((await on.run(few, { shell })).status).toBe(0);
      expect(lstatSync(join(on.out, "x.zip")).isFile()).toBe(true);
    }
    expect(readdirSync(on.marks)).toEqual(["victim"]);
    expect(readFileSync(join(on.marks, "victim"), "utf8")).toBe("precious");
  });

  // Never as root, who might replace the machine's own /dev/stdout.
  testWith([tool, "setpriv"], "/dev/stdout is standard output, also when that is a file", async () => {
    const on = host();
    for (const dir of [on.dir, on.tmp, on.out]) chmodSync(dir, 0o1777);
    const nobody =
      process.getuid?.() === 0 ? ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"] : [];
    const words = [...nobody, ...shell].map((word) => find(word) ?? word);
    const script = 'exec "$@" >x.zip';
    const run = await on.run(["--quiet", "-o", "/dev/stdout"], { shell: ["sh", "-c", script, "sh", ...words] });
    expect(run.stderr).toBe("");
    expect(run.status).toBe(0);
    await readZip(readFileSync(join(on.out, "x.zip")));
  });

  testWith([tool], "a relative TMPDIR is used and left empty", async () => {
    const on = host({ ...healthy, ip: `${path}ls -d t/vethscope-* >"$MARKS/seen"` });
    mkdirSync(join(on.out, "t"));
    for (const dir of ["t", "./t"]) {
      const run = await on.run(few, { shell, env: { TMPDIR: dir, CDPATH: "/" } });
      expect(run.stderr).toBe("");
      expect(run.status).toBe(0);
      expect(readdirSync(join(on.out, "t"))).toEqual([]);
      expect(readFileSync(join(on.marks, "seen"), "utf8")).toMatch(/^t\/vethscope-/);
    }
  });

  if (isAll)
    testWith([tool, "zip", "gzip"], "options for zip and gzip in the environment change nothing", async () => {
      const env = { ZIP: "-P x", ZIPOPT: "-e", GZIP: "--to-stdout --fast --name" };
      for (const without of [[], ["zip"]]) {
        const on = new Host(healthy, without);
        hosts.push(on);
        const run = await on.run(["--quiet", "-o", "-"], { shell, env });
        expect(run.stderr).toBe("");
        await readZip(run.stdout);
      }
    });

  testWith([tool], "a command that deletes the temporary folder ends it in one sentence", async () => {
    const on = host({ ...healthy, ip: 'rm -rf "$TMPDIR"/vethscope-*' });
    const run = await on.run(few, { shell });
    expect(run.status).toBe(3);
    expect(run.stderr).toMatch(/^collect\.sh: cannot write in \S+: is the disk full\?\n$/);
    expect(readdirSync(on.out)).toEqual([]);
  });
});

// Some busybox shells prefer their own mv and rm to those on the PATH, which then cannot be disturbed.
describe.each(shells.filter(([, tool]) => tool !== "busybox"))("under %s", (_name, tool, shell) => {
  testWith([tool], "the names that it takes there have nothing in common", async () => {
    const on = host(quick("rm", 'for f; do case $f in *.part) echo "$f" >>"$MARKS/names" ;; esac; done'));
    await on.run(few, { shell });
    await on.run(few, { shell });
    const names = readFileSync(join(on.marks, "names"), "utf8").match(/[^/]+\.part$/gm) ?? [];
    expect(new Set(names).size).toBe(4);
    for (const name of names) expect(name).toMatch(/^\.vethscope-[a-z0-9]{20}\.part$/);
  });

  testWith([tool], "whether a folder can be written to is not tried in another that a link leads to", async () => {
    const on = host({
      ...quick("mkdir", '[ -h "$PWD" ] || { mv "$PWD" "$PWD.old"; ln -s "$MARKS/folder" "$PWD"; }'),
      ip: ': >"$MARKS/ran"',
    });
    mkdirSync(join(on.marks, "folder"));
    const run = await on.run(few, { shell });
    expect(run.status).toBe(3);
    expect(run.stderr).toMatch(/^collect\.sh: cannot write in .*: name another file with -o\n$/);
    expect(readdirSync(on.marks)).toEqual(["folder"]);
    expect(readdirSync(join(on.marks, "folder"))).toEqual([]);
  });

  testWith([tool], "a link to a folder that appears at the last moment is replaced, not followed", async () => {
    const on = host(quick("mv", 'case $* in *x.zip) ln -s "$MARKS/folder" x.zip ;; esac'));
    mkdirSync(join(on.marks, "folder"));
    const run = await on.run(few, { shell });
    expect(run.stderr).toBe("");
    expect(readdirSync(join(on.marks, "folder"))).toEqual([]);
    expect(lstatSync(join(on.out, "x.zip")).isFile()).toBe(true);
  });

  testWith([tool], "what has become of the part file is not entered when it is removed", async () => {
    const deed = 'case $* in *x.zip) for f in .vethscope*; do rm "$f"; mkdir "$f"; : >"$f/kept"; done; exit 1 ;; esac';
    const on = host(quick("mv", deed));
    expect((await on.run(few, { shell })).status).toBe(3);
    const [part = ""] = readdirSync(on.out);
    expect(readdirSync(join(on.out, part))).toEqual(["kept"]);
  });
});

testWith(["mv"], "where mv cannot be told to follow no link, a folder at the output's place is refused", async () => {
  const noT = 'case $* in *-T*) exit 1 ;; *x.zip) echo moved >"$MARKS/moved" ;; esac';
  const deed = 'case $* in */zip) [ -e x.zip ] || ln -s "$MARKS/folder" x.zip ;; esac';
  const on = host({ ...quick("mv", noT), cat: quick("cat", deed)["cat"] ?? "" });
  mkdirSync(join(on.marks, "folder"));
  const run = await on.run(few);
  expect(run.stderr).toMatch(/x\.zip: it is a folder\n$/);
  expect(readdirSync(on.marks)).toEqual(["folder"]);
});

testWith(["dash"], "no name of a folder acts on the terminal", async () => {
  const on = host();
  const odd = "a\u001b]0;x\u0007\u009b31m\nb";
  mkdirSync(join(on.out, odd));
  const run = await on.run(["--only", "ip-addr", "-o", join(odd, "x.zip")]);
  expect(run.status).toBe(0);
  expect(run.stderr).toMatch(/x\.zip: \d+ bytes/);
  expect(run.stderr).toMatch(/^[ -~\n]*$/);
});

const root = { what: "root", holds: process.getuid?.() === 0 };
describe.each([
  ["of another user", (dir: string) => chownSync(dir, 65534, 65534)],
  ["into which everybody may write", (dir: string) => chmodSync(dir, 0o777)],
  ["in a folder of another user", (dir: string) => chownSync(join(dir, ".."), 65534, 65534)],
] as const)("a TMPDIR %s", (_what, prepare) => {
  testWith(
    [anyShell[0] ?? "sh"],
    "is not used, and that is said",
    async () => {
      const on = host({ ...healthy, ip: '[ ! -e "$TMPDIR"/vethscope-* ] || echo used >"$MARKS/used"; echo' });
      prepare(on.tmp);
      const run = await on.run(["--only", "ip-addr", "-o", "x.zip"]);
      expect(run.status).toBe(0);
      expect(run.stderr).toContain(`Others may write in ${on.tmp} (TMPDIR), so /tmp is used instead.\n`);
      expect(readdirSync(on.marks)).toEqual([]);
    },
    root,
  );
});
