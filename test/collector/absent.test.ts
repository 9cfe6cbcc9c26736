import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readSnapshot } from "../../src/captures/read-snapshot.ts";
import { rawManifest } from "../support/raw-captures.ts";
import { testWith } from "../support/tools.ts";
import { Host, healthy, readZip, shells } from "./host.ts";

async function collect(stubs: Readonly<Record<string, string>>, args: readonly string[], shell: readonly string[]) {
  const host = new Host({ ...healthy, ...stubs });
  const run = await host.run([...args, "-o", "-"], { shell });
  const marks = Object.fromEntries(
    readdirSync(host.marks).map((name) => [name, readFileSync(join(host.marks, name), "utf8")]),
  );
  host.remove();
  const zip = await readZip(run.stdout);
  return { ...zip, marks, capture: (id: string) => readSnapshot(zip.files).captures.find(({ kind }) => kind === id) };
}

/** A dead process stays in the list until somebody waits for it. */
const isAlive = (pid: string): boolean =>
  existsSync(`/proc/${pid}/stat`) && !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, "utf8"));

const root = { id: '[ "$1" != -u ] && echo root || echo 0' };
const table = "Netid State Recv-Q Send-Q Local Address:Port Peer Address:Port Process\ntcp LISTEN 0 5 *:22 *:*";

describe.each(shells)("what is not there, under %s", (_name, tool, shell) => {
  testWith([tool], "a file that does not exist is absent, and nothing has failed", async () => {
    const { entry, capture } = await collect({}, ["--only", "ip-addr,resolv-conf,resolved-conf"], shell);
    for (const [id, file] of [
      ["resolv-conf", "/etc/resolv.conf"],
      ["resolved-conf", "/run/systemd/resolve/resolv.conf"],
    ] as const) {
      if (existsSync(file)) expect(entry(id)).toMatchObject({ exit: 0, why: null });
      else {
        expect(entry(id)).toMatchObject({ exit: null, why: `there is no ${file}` });
        expect(capture(id)).toMatchObject({ state: "absent", why: `there is no ${file}` });
      }
    }
  });

  testWith([tool, "timeout"], "where naming the processes takes too long, the sockets are kept without", async () => {
    const ss = `case $1 in *p) echo $$ >>"$MARKS/killed"; exec sleep 60 ;; *) echo "${table}" ;; esac`;
    const { entry, text, marks, capture } = await collect(
      { ...root, ss },
      ["--timeout", "1", "--only", "ip-addr,ss-listen"],
      shell,
    );
    const killed = (marks["killed"] ?? "").trim().split("\n");
    expect(killed).toHaveLength(1);
    expect(isAlive(killed[0] ?? "")).toBe(false);
    const why = "without the names of processes: ss -lntup gave no answer within 1 s";
    expect(entry("ss-listen")).toMatchObject({ command: "ss -lntu", exit: 0, truncated: false, why });
    expect(text("ss-listen")).toBe(`${table}\n`);
    expect(capture("ss-listen")).toMatchObject({ state: "ok", truncated: false, note: why });
  });

  testWith([tool], "where ss may not name the processes, too", async () => {
    const ss = `case $1 in *p) echo "not permitted" >&2; exit 5 ;; *) echo "${table}" ;; esac`;
    const { entry, text } = await collect({ ...root, ss }, ["--only", "ip-addr,ss-listen"], shell);
    expect(entry("ss-listen")).toMatchObject({ exit: 0, why: "without the names of processes: ss -lntup gave exit 5" });
    expect(text("ss-listen")).toBe(`${table}\n`);
  });

  testWith([tool], "else they are named", async () => {
    const ss = `echo "${table} users:((\\"$1\\",pid=1,fd=3))"`;
    const { entry, text } = await collect({ ...root, ss }, ["--only", "ip-addr,ss-listen"], shell);
    expect(entry("ss-listen")).toMatchObject({ command: "ss -lntup", exit: 0, why: null });
    expect(text("ss-listen")).toContain('(("-lntup",pid=1');
  });

  testWith([tool], "without an engine docker info says what docker version says", async () => {
    const down = "Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?";
    const docker = `case $1 in
  info) printf '{ "Swarm":{"LocalNodeState":'; echo 'template: :1:32: executing "" at <.Swarm.LocalNodeState>: nil pointer evaluating *system.Info.Swarm' >&2; exit 1 ;;
  *) echo "${down}" >&2; exit 1 ;;
esac`;
    const { entry, text, capture } = await collect({ docker }, ["--only", "ip-addr,docker-info"], shell);
    expect(entry("docker-info")).toMatchObject({ exit: 1, bytes: 0, why: down });
    expect(text("docker-info")).toBe("");
    expect(capture("docker-info")).toMatchObject({ state: "failed", why: down });
  });
});

test("a half line of docker info in an older snapshot has failed for the reason that the manifest gives", async () => {
  const { rebuildHost } = await import("../../src/operations/analyze.ts");
  const why = "template: nil pointer evaluating *system.Info.Swarm";
  const manifest = {
    ...rawManifest,
    captures: [
      {
        id: "docker-info",
        path: "captures/docker-info.json",
        command: "docker info",
        netns: null,
        exit: 1,
        ms: 1,
        bytes: 9,
        truncated: false,
        why,
      },
    ],
  };
  const encode = (text: string) => new TextEncoder().encode(text);
  const files = new Map([
    ["manifest.json", encode(JSON.stringify(manifest))],
    ["captures/docker-info.json", encode('{ "Swarm":{"LocalNodeState":')],
  ]);
  const { captures } = rebuildHost(readSnapshot(files));
  expect(captures.find(({ kind }) => kind === "docker-info")).toMatchObject({
    state: "failed",
    why: expect.stringMatching(/^template: nil pointer evaluating .*; nothing in it was understood: /),
  });
});
