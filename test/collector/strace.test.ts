import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { isAll } from "../support/extent.ts";
import { testWith } from "../support/tools.ts";
import { collector } from "./host.ts";
import { misdeeds, straceOptions } from "./trace.ts";

// On the machine as it is, with whatever tools it has; the lab does the same beside a real engine.
for (const options of isAll ? [[], ["-o", "-"]] : []) {
  testWith(["strace", "ip"], `nothing is written but the output, and nothing changed: ${options.join(" ")}`, () => {
    const dir = mkdtempSync(join(tmpdir(), "collector-trace-"));
    const [out, tmp, log] = [join(dir, "out"), join(dir, "tmp"), join(dir, "trace")];
    mkdirSync(out);
    mkdirSync(tmp);
    const run = spawnSync("strace", [...straceOptions, "-o", log, "sh", collector, ...options], {
      cwd: out,
      env: { ...process.env, TMPDIR: tmp },
      maxBuffer: 1 << 26,
    });
    const trace = readFileSync(log, "utf8");
    rmSync(dir, { recursive: true });
    expect(run.status).toBe(0);
    expect(trace).toMatch(/RTM_GETLINK/);
    expect(misdeeds(trace, [out, tmp])).toEqual([]);
    // The check itself: the same trace is full of misdeeds when the folders are others.
    expect(misdeeds(trace, []).length).toBeGreaterThan(30);
  });
}

testWith(
  ["strace", "ip", "unshare"],
  "the check sees a link being made, a rule being set and a file being written",
  () => {
    const dir = mkdtempSync(join(tmpdir(), "collector-trace-"));
    const trace = (...command: string[]) => {
      spawnSync("strace", [...straceOptions, "-o", join(dir, "trace"), ...command], { cwd: dir });
      return misdeeds(readFileSync(join(dir, "trace"), "utf8"), ["/nonexistent"]);
    };
    expect(trace("ip", "link", "add", "vethscope0", "type", "nonsense")).not.toEqual([]);
    expect(trace("sh", "-c", ": >x")).not.toEqual([]);
    expect(trace("sh", "-c", "mkdir y")).not.toEqual([]);
    rmSync(dir, { recursive: true });
  },
);

test("a call that strace splits in two lines is read as one", () => {
  const request = (type: string) =>
    `1 sendto(3<socket:[7]>, [{nlmsg_len=40, nlmsg_type=${type} /* NLMSG_??? */}], 40) = 40`;
  const split = [
    "1 socket(AF_NETLINK, SOCK_RAW|SOCK_CLOEXEC, NETLINK_ROUTE <unfinished ...>",
    '2 openat(AT_FDCWD</srv>, "/dev/null", O_WRONLY <unfinished ...>',
    "1 <... socket resumed>)             = 3<socket:[7]>",
    "2 <... openat resumed>)             = 1</dev/null>",
    '2 openat(AT_FDCWD</srv>, "x", O_WRONLY|O_CREAT, 0666 <unfinished ...>',
    request("0x12"),
    "2 <... openat resumed>)             = 1</srv/x>",
    request("0x10"),
  ];
  expect(misdeeds(split.join("\n"), [])).toEqual([
    '2 openat(AT_FDCWD</srv>, "x", O_WRONLY|O_CREAT, 0666)             = 1</srv/x>',
    `${request("0x10")} [NETLINK_ROUTE]`,
  ]);
});
