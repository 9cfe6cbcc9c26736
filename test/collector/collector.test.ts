import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { captureKinds } from "../../src/captures/kinds.ts";
import { isAll } from "../support/extent.ts";
import { testWith } from "../support/tools.ts";
import {
  anyShell,
  collector,
  collectWithLimit,
  find,
  Host,
  healthy,
  type RunOptions,
  readZip,
  shells,
} from "./host.ts";

const hosts: Host[] = [];
function host(...args: ConstructorParameters<typeof Host>): Host {
  const made = new Host(...args);
  hosts.push(made);
  return made;
}
afterEach(() => {
  for (const made of hosts.splice(0)) made.remove();
});

/** Runs the collector on a pretended host and reads the zip. */
async function collect(on: Host, args: readonly string[] = [], options: RunOptions = {}) {
  const run = await on.run([...args, "-o", "-"], options);
  return { run, ...(await readZip(run.stdout)) };
}

describe("the script", () => {
  if (isAll)
    testWith(["shellcheck"], "has nothing that shellcheck warns about", () => {
      for (const dialect of [[], ["-s", "dash"]]) {
        const { stdout } = spawnSync("shellcheck", [...dialect, collector], { encoding: "utf8" });
        expect(stdout).toBe("");
      }
    });

  test("lists the captures that the analyzer knows", () => {
    const listed = execFileSync("sh", [collector, "--list"], { encoding: "utf8" }).trim().split("\n");
    expect([...listed].sort()).toEqual(captureKinds.map((kind) => kind.id).sort());
    const core = captureKinds.flatMap((kind) => (kind.core ? [kind.id] : []));
    expect(listed.slice(0, core.length)).toEqual(core);
  });

  test("fits on a few screens and has no long lines", () => {
    const lines = readFileSync(collector, "utf8").split("\n");
    expect(lines.length).toBeLessThan(670);
    expect(lines.filter((line) => line.length > 140)).toEqual([]);
  });
});

const strange = 'say "hi" \\ `id` $(id) \u0001\u001b[31m\u007f';

describe.each(shells)("under %s", (_name, tool, shell) => {
  testWith([tool], "takes every capture of a healthy host, core first", async () => {
    const on = host(healthy);
    const { run, manifest, files, entry, text } = await collect(on, [], { shell });
    expect(run.status).toBe(0);
    const ids = manifest.captures.map((capture) => capture.id);
    expect([...ids].sort()).toEqual(captureKinds.map((kind) => kind.id).sort());
    expect(ids.slice(0, 4)).toEqual(["ip-addr", "brctl-show", "docker-network-inspect", "iptables-save"]);
    expect(text("ip-addr")).toBe("ip a\n");
    expect(text("iptables-save")).toBe("iptables-save -c\n");
    expect(JSON.parse(text("docker-network-inspect"))).toEqual([
      { Name: "net aaa", Id: "aaa" },
      { Name: "net bbb", Id: "bbb" },
    ]);
    expect(text("docker-inspect")).toBe("[]\n");
    expect(entry("ip-addr")).toMatchObject({ command: "ip a", exit: 0, bytes: 5, truncated: false, why: null });
    for (const capture of manifest.captures) {
      if (capture.why === null) expect(files.get(capture.path)?.length, capture.id).toBe(capture.bytes);
    }
    expect(manifest.takenAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    expect(manifest.user.uid).toBe(process.getuid?.());
    expect(on.leftovers()).toEqual([]);
    expect(run.stderr.split("\n").length).toBeGreaterThan(ids.length);
  });

  if (isAll)
    testWith([tool], "survives what hangs, fails, floods, or answers with rubbish", async () => {
      const on = host({
        ...healthy,
        "iptables-save": 'echo "iptables-save: Permission denied (you must be root)" >&2; exit 4',
        ipset: 'trap "" TERM INT HUP; echo begun; exec sleep 3000',
        bridge: '[ "$1" != fdb ] || exec sleep 3000; [ "$1" != vlan ] || exec head -c 40000000 /dev/zero; echo link',
        nft: `printf '\\377\\376\\000\\r\\n"'`,
        ss: `printf '%s\\n' '${strange}' >&2; printf '\\377\\376\\000tail\\n' >&2; exit 3`,
      });
      const hanging = ["ipset-save", "bridge-fdb"];
      const { run, tooLate, manifest, files, entry } = await collectWithLimit(on, hanging, [], { shell });
      expect(run.status).toBe(0);
      expect(entry("iptables-save")).toMatchObject({ exit: 4, bytes: 0, why: "needs root" });
      expect(entry("ipset-save").why).toBe(tooLate);
      expect(files.get("captures/ipset-save.txt")?.toString()).toBe("begun\n");
      expect(entry("bridge-fdb").why).toBe(tooLate);
      expect(entry("bridge-link").why).toBeNull();
      expect(entry("bridge-vlan")).toMatchObject({ truncated: true, bytes: 32 * 1024 * 1024 });
      expect(files.get("captures/nft-ruleset.json")).toEqual(Buffer.from([255, 254, 0, 13, 10, 34]));
      expect(entry("ss-listen")).toMatchObject({ exit: 3, why: 'say "hi" \\ `id` $(id) ??[31m?' });
      expect(files.get("captures/ss-listen.err")?.toString("latin1")).toContain("\u00ff\u00fe\u0000tail");
      expect(manifest.captures).toHaveLength(captureKinds.length);
      expect(run.stderr).toMatch(/Needs root: iptables-save/);
      expect(run.stderr).not.toContain("\u001b");
      expect(on.leftovers()).toEqual([]);
    });

  if (isAll)
    testWith([tool], "enforces the time limit without timeout(1)", async () => {
      const on = host({ ...healthy, ipset: "exec sleep 3000" }, ["timeout"]);
      const only = ["--only", "ip-addr,ipset-save,ip-rule"];
      const { entry, tooLate } = await collectWithLimit(on, ["ipset-save"], only, { shell });
      expect(entry("ipset-save").why).toBe(tooLate);
      expect(entry("ip-rule").why).toBeNull();
    });

  testWith([tool], "runs from standard input, as over ssh", async () => {
    const { run, entry } = await collect(host(healthy), ["--quiet"], { shell, piped: true });
    expect(run.stderr).toBe("");
    expect(run.status).toBe(0);
    expect(entry("ip-addr").why).toBeNull();
  });
});

describe("options", () => {
  test.each([
    [["--bogus"], "unknown option"],
    [["-o"], "-o needs a value"],
    [["--timeout", "0"], "--timeout needs"],
    [["--timeout", "1; id"], "--timeout needs"],
    [["--only", "ip-addr,nonsense"], "no such capture: nonsense"],
    [["extra"], "unknown option"],
  ])("%j is a wrong usage", async (args, message) => {
    const run = await host(healthy).run(args);
    expect(run.status).toBe(2);
    expect(run.stderr).toContain(message);
  });

  test("-h says what every option does", async () => {
    const { stdout, status } = await host().run(["-h"]);
    expect(status).toBe(0);
    const source = readFileSync(collector, "utf8");
    const options = source.slice(source.indexOf("    case $1 in\n      -o)")).match(/^ {6}(-[-\w]+)/gm) ?? [];
    expect(options.length).toBeGreaterThan(10);
    for (const option of options) expect(stdout.toString()).toContain(option.trim());
  });

  test("by default the zip is named after host and time, and only its owner may read it", async () => {
    const on = host(healthy);
    const run = await on.run([]);
    expect(run.status).toBe(0);
    const [name = "", ...others] = readdirSync(on.out);
    expect(others).toEqual([]);
    expect(name).toMatch(/^vethscope-[\w.-]+-\d{8}T\d{6}Z\.zip$/);
    expect(statSync(join(on.out, name)).mode & 0o777).toBe(0o600);
    expect(run.stderr).toContain(name);
    await readZip(readFileSync(join(on.out, name)));
  });

  test("an existing file is replaced, and only when the new one is whole", async () => {
    const on = host(healthy);
    writeFileSync(join(on.out, "a b.zip"), "old");
    expect((await on.run(["-o", "a b.zip"])).status).toBe(0);
    await readZip(readFileSync(join(on.out, "a b.zip")));
    expect(on.leftovers()).toEqual([]);
  });

  test("--only, --skip and --no-docker-inspect leave captures out and say so", async () => {
    const only = await collect(host(healthy), ["--only", "ip-addr,ip-rule"]);
    expect(only.manifest.captures.filter((capture) => capture.why === null).map((capture) => capture.id)).toEqual([
      "ip-addr",
      "ip-rule",
    ]);
    expect(only.entry("sysctl")).toMatchObject({ exit: null, why: "left out by --only" });
    const skip = await collect(host(healthy), ["--skip", "ip-addr", "--no-docker-inspect"]);
    expect(skip.entry("ip-addr").why).toBe("left out by --skip");
    expect(skip.entry("docker-inspect").why).toBe("left out by --skip");
    expect(skip.entry("ip-rule").why).toBeNull();
  });

  test("--dry-run runs none of the commands and names them all", async () => {
    const marking = Object.fromEntries(Object.keys(healthy).map((name) => [name, `: >"$MARKS/${name}"`]));
    const on = host(marking);
    const run = await on.run(["--dry-run"]);
    expect(run.status).toBe(0);
    expect(readdirSync(on.marks)).toEqual([]);
    expect(readdirSync(on.out)).toEqual([]);
    for (const { id } of captureKinds) expect(run.stdout.toString()).toMatch(new RegExp(`^${id} `, "m"));
  });

  test("no core capture: exit 4, and the zip says why", async () => {
    const failing = Object.fromEntries(Object.keys(healthy).map((name) => [name, "exit 7"]));
    const { run, entry } = await collect(host(failing), ["--skip", "brctl-show"]);
    expect(run.status).toBe(4);
    expect(entry("ip-addr")).toMatchObject({ exit: 7, why: "exit 7" });
  });
});

describe("docker and its like", () => {
  if (isAll)
    test("an engine that does not answer costs one time limit, not one for each capture", async () => {
      const on = host({ ...healthy, docker: "exec sleep 3000" });
      const { entry } = await collect(on, ["--timeout", "1"]);
      for (const id of ["docker-network-inspect", "docker-info", "docker-inspect"]) {
        expect(entry(id).why).toBe("Docker does not answer");
      }
    });

  test("without access the reason is the socket", async () => {
    const docker =
      'echo "permission denied while trying to connect to the Docker daemon socket at unix:///var/run/docker.sock" >&2; exit 1';
    const { run, entry } = await collect(host({ ...healthy, docker }));
    expect(run.status).toBe(0);
    expect(entry("docker-network-inspect").why).toBe("no access to the socket of Docker");
    expect(run.stderr).toMatch(/member of the group docker/);
  });

  test("DOCKER_HOST is respected and recorded, without its password, also not in messages", async () => {
    const docker = 'echo "Cannot connect to the Docker daemon at $DOCKER_HOST." >&2; exit 1';
    const { run, manifest, files, entry } = await collect(host({ ...healthy, docker }), [], {
      env: { DOCKER_HOST: "tcp://joe:s3cr3t/@x@192.0.2.1:2375", DOCKER_CONTEXT: "far" },
    });
    expect(manifest["docker"]).toEqual({ host: "tcp://***@192.0.2.1:2375", context: "far" });
    expect(entry("docker-version").why).toContain("tcp://***@192.0.2.1:2375");
    for (const [name, bytes] of files) expect(bytes.toString("latin1"), name).not.toContain("s3cr3t");
    expect(run.stderr).not.toContain("s3cr3t");
  });

  test("a network that vanishes meanwhile costs only itself", async () => {
    const docker = `case "$1 $2" in "network ls") echo aaa; echo bbb ;; "network inspect") printf '{ "Id":"aaa"\\t}\\n\\n'; echo "No such network: bbb" >&2; exit 1 ;; esac`;
    const { entry, text } = await collect(host({ ...healthy, docker }));
    expect(JSON.parse(text("docker-network-inspect"))).toEqual([{ Id: "aaa" }]);
    expect(entry("docker-network-inspect")).toMatchObject({ exit: 1, why: "No such network: bbb" });
  });

  const podman = `case "$1 $2" in "network ls") echo podman ;; "network inspect") echo '{ "name":"podman"}' ;; esac`;
  if (isAll)
    test("podman is asked where there is no docker, or where docker is podman's disguise or has no engine", async () => {
      const { docker: _, ...others } = healthy;
      const rest = { ...others, id: '[ "$1" != -u ] && echo joe || echo 1000' };
      for (const stubs of [
        { ...rest, podman },
        { ...rest, podman, docker: 'echo "Client: Podman Engine"' },
        { ...rest, podman, docker: 'echo "Cannot connect to the Docker daemon. Is it running?" >&2; exit 1' },
      ]) {
        const on = host(stubs);
        const { entry, text } = await collect(on, [], { env: { XDG_DATA_HOME: on.dir } });
        // Podman would create its store where it was never used.
        expect(entry("podman-network-inspect").why).toMatch(/^podman was never used here/);
        const used = host(stubs);
        execFileSync("mkdir", [join(used.dir, "containers")]);
        const again = await collect(used, [], { env: { XDG_DATA_HOME: used.dir } });
        expect(JSON.parse(again.text("podman-network-inspect"))).toEqual([{ name: "podman" }]);
        expect(again.entry("docker-version").why).toMatch(/is not installed$|^Cannot connect/);
        expect(text("docker-version")).toBe("");
      }
    });

  const full = "c".repeat(64);
  const containing = {
    ...healthy,
    docker: `case "$1 $2" in "ps -q") echo ${full} ;; "container inspect") echo "owner ${full} $PPID - /../../../etc/x" ;; version*) echo ;; *) exit 1 ;; esac`,
    // The process is "the container's", in a namespace of its own.
    grep: "case $* in *cgroup*) exit 0 ;; esac; exit 1",
    ls: "case $* in *self*) echo 1 /proc/self/ns/net ;; *) echo 2 x ;; esac",
    id: '[ "$1" != -u ] && echo root || echo 0',
    nsenter: 'echo "nsenter $*"',
  };
  test("names from the engine never become paths", async () => {
    const on = host(containing);
    const { manifest, files } = await collect(on);
    const inside = manifest.captures.filter((capture) => capture.netns !== null);
    expect(inside.length).toBeGreaterThan(4);
    for (const capture of inside) {
      expect(capture.netns).toBe("c".repeat(12));
      expect(capture.path).toMatch(/^netns\/c{12}\/[a-z0-9-]+\.(txt|json)$/);
    }
    expect(files.get(`netns/${"c".repeat(12)}/ip-addr.txt`)?.toString()).toMatch(/^nsenter -t \d+ -n ip a\n$/);
  });

  test.runIf(isAll)("what containers hold has a limit in sum, and what it leaves out is said", async () => {
    const { run, manifest } = await collect(host({ ...containing, nsenter: "exec head -c 40000000 /dev/zero" }));
    const inside = manifest.captures.filter((capture) => capture.netns !== null);
    expect(inside.map(({ bytes }) => bytes).slice(0, 3)).toEqual([32 << 20, 32 << 20, 0]);
    for (const { bytes, why } of inside.slice(2)) {
      expect([bytes, why]).toEqual([0, "left out: containers' namespaces had given 64 MiB before it"]);
    }
    expect(inside.length).toBeGreaterThan(4);
    expect(run.stderr).toMatch(/ip6-route .* left out: containers' namespaces/);
    expect(run.status).toBe(0);
  });
});

describe("rights", () => {
  const user = { id: '[ "$1" != -u ] && echo "joe domain" || echo 1000' };
  const sudo = 'echo "$*" >>"$MARKS/sudo"; [ "$1" = -n ] || exit 9; shift; SUDO=yes "$@"';
  const needsSudo =
    '[ -n "$SUDO" ] || { echo "Operation not permitted (you must be root)" >&2; exit 1; }; echo "# rules"';

  test("an ordinary user gets what there is, and is told what needs root", async () => {
    const { run, manifest, entry } = await collect(host({ ...healthy, ...user, "iptables-save": needsSudo, sudo }));
    expect(manifest.user).toMatchObject({ uid: 1000, groups: ["joe", "domain"] });
    expect(entry("iptables-save").why).toBe("needs root");
    expect(entry("ss-listen").command).toMatch(/ss -lntu$/);
    expect(run.stderr).toMatch(/Needs root: iptables-save\. Run with --sudo, or as root\./);
  });

  test("--sudo is used for the commands that need it, and only for them", async () => {
    const on = host({ ...healthy, ...user, "iptables-save": needsSudo, sudo });
    const { entry, text } = await collect(on, ["--sudo"]);
    expect(entry("iptables-save")).toMatchObject({ command: "sudo -n iptables-save -c", why: null });
    expect(text("iptables-save")).toBe("# rules\n");
    const used = readFileSync(join(on.marks, "sudo"), "utf8");
    expect(used).toMatch(/^-n nft -j list ruleset$/m);
    expect(used).not.toMatch(/^-n (ip|brctl|bridge|docker) /m);
  });

  test("--sudo also opens the socket of Docker where the user may not", async () => {
    const docker = `[ -n "$SUDO" ] || { echo "permission denied" >&2; exit 1; }; ${healthy["docker"]}`;
    const { entry } = await collect(host({ ...healthy, ...user, docker, sudo }), ["--sudo"]);
    expect(entry("docker-network-inspect")).toMatchObject({ why: null });
    expect(entry("docker-version").command).toMatch(/^sudo -n docker version/);
  });

  test("a sudo that asks for a password fails at once", async () => {
    const denied = 'echo "sudo: a password is required" >&2; exit 1';
    const { entry } = await collect(host({ ...healthy, ...user, sudo: denied }), ["--sudo"]);
    expect(entry("iptables-save").why).toBe("sudo: a password is required");
  });
});

describe("where it cannot write", () => {
  test("in a folder that is not there", async () => {
    const run = await host(healthy).run(["-o", "no/such/folder.zip"]);
    expect(run.status).toBe(3);
    expect(run.stderr).toMatch(/cannot write in .*no\/such/);
  });

  test("over a folder", async () => {
    const on = host(healthy);
    expect((await on.run(["-o", on.marks])).stderr).toMatch(/is a directory/);
  });

  test("without a temporary folder", async () => {
    const on = host(healthy);
    const run = await on.run([], { env: { TMPDIR: "/nonexistent" } });
    expect(run.status).toBe(3);
    expect(run.stderr).toMatch(/set TMPDIR/);
    expect(readdirSync(on.out)).toEqual([]);
  });

  testWith(["dash"], "to a full device, which stays what it is", async () => {
    const run = await host(healthy).run(["-o", "/dev/full"]);
    expect(run.status).toBe(3);
    expect(run.stderr).toMatch(/cannot write to \/dev\/full/);
    expect(statSync("/dev/full").isCharacterDevice()).toBe(true);
  });

  const root = { what: "root and mount namespaces", holds: spawnSync("unshare", ["-m", "true"]).status === 0 };
  for (const [what, variable] of [
    ["temporary", "TMPDIR"],
    ["output", "OUT"],
  ] as const) {
    testWith(
      ["unshare", "mount"],
      `on a full ${what} disk, of which nothing is left behind`,
      () => {
        const on = host({ ...healthy, ip: "head -c 60000 /dev/urandom" });
        const script = `
          mkdir "$T/small" && mount -t tmpfs -o size=32k tmpfs "$T/small"
          TMPDIR=$T OUT=$T
          ${variable}=$T/small
          export TMPDIR
          PATH=$STUBS; "$SHELL_" "$SCRIPT" -o "$OUT/x.zip"; status=$?
          PATH=$OLD; cd "$T"; find .
          exit $status`;
        const run = spawnSync("unshare", ["-m", "sh", "-c", script], {
          encoding: "utf8",
          env: {
            ...process.env,
            T: on.tmp,
            STUBS: on.bin,
            OLD: process.env["PATH"],
            SHELL_: find(anyShell[0] ?? "sh") ?? "sh",
            SCRIPT: collector,
            VETHSCOPE_SBIN: "/nonexistent",
          },
        });
        expect(run.stderr).toMatch(/collect\.sh: cannot write .*/);
        expect(run.status).toBe(3);
        expect(run.stdout).toBe(".\n./small\n");
      },
      root,
    );
  }
});

describe("where tools are missing", () => {
  const own = { what: "root and network namespaces", holds: spawnSync("unshare", ["-n", "-m", "true"]).status === 0 };
  testWith(
    ["unshare", "ip", "brctl"],
    "bridges, addresses and routes are read from /proc and /sys instead",
    async () => {
      const on = host();
      const script = `
        mount -t sysfs sysfs /sys; ip link set lo up
        ip link add br-one type bridge; ip link add br-two type bridge stp_state 1
        ip link add va type veth peer name vb; ip link set va master br-one; ip link set va up; ip link set vb up
        ip addr add 172.18.0.1/16 dev br-one; ip link set br-one up; ip -6 addr add fd00:1::1/64 dev br-one nodad
        ip route add 10.9.0.0/16 via 172.18.0.7 metric 5; ip route add default via 172.18.0.9
        brctl show >"$OUT/brctl"; ip -o -4 addr >"$OUT/addr"; ip route >"$OUT/route"
        PATH=$STUBS; "$SHELL_" "$SCRIPT" --quiet -o "$OUT/x.zip"`;
      execFileSync("unshare", ["-n", "-m", "sh", "-c", script], {
        env: {
          ...process.env,
          OUT: on.out,
          STUBS: on.bin,
          SHELL_: find(anyShell[0] ?? "sh") ?? "sh",
          SCRIPT: collector,
          TMPDIR: on.tmp,
          VETHSCOPE_SBIN: "/nonexistent",
        },
      });
      const { entry, text } = await readZip(readFileSync(join(on.out, "x.zip")));
      const sorted = (all: string) => all.split("\n").sort();
      expect(text("brctl-show")).toBe(readFileSync(join(on.out, "brctl"), "utf8"));
      expect(entry("brctl-show").command).toBe("list_bridges (of collect.sh)");
      expect(text("ip-addr")).toMatch(/^\d+: br-one: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 state UP$/m);
      expect(text("ip-addr")).toMatch(/^\d+: va@if\d+: <.*> mtu 1500 master br-one state UP$/m);
      expect(text("ip-addr")).toMatch(/^ {4}inet 172\.18\.0\.1\/16 scope global br-one$/m);
      expect(text("ip-addr")).toMatch(/^ {4}inet 127\.0\.0\.1\/8 scope host lo$/m);
      expect(text("ip-addr")).toMatch(/^ {4}inet6 fd00:0001:.*:0001\/64 scope global$/m);
      const plain = readFileSync(join(on.out, "route"), "utf8")
        .replace(/ (proto kernel|src \S+|linkdown)/g, "")
        .replace(/ +$/gm, "");
      expect(sorted(text("ip-route").replace(/ +$/gm, ""))).toEqual(sorted(plain));
    },
    own,
  );

  test("a bare host still gives a zip that says what is missing", async () => {
    const { run, entry } = await collect(host());
    expect(entry("nft-ruleset").why).toBe("nft is not installed");
    expect(entry("docker-network-inspect").why).toBe("docker is not installed");
    expect(entry("sysctl").why).toBeNull();
    expect(run.stderr).toMatch(/Not installed here:.* docker/);
    expect(existsSync("/proc/net/route")).toBe(true);
    expect(run.status).toBe(0);
  });
});
