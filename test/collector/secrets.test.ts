import { existsSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { someOf } from "../support/extent.ts";
import { hasTool, testWith } from "../support/tools.ts";
import { container, containerId, daemonJson, network, plantedSecrets, serveEngine } from "./fake-engine.ts";
import { type Collected, find, Host, healthy, readZip, shells } from "./host.ts";

/** Whether every part of `kept` is in `whole`, with the same value. */
function isPartOf(kept: unknown, whole: unknown): boolean {
  if (typeof kept !== "object" || kept === null) return kept === whole;
  if (typeof whole !== "object" || whole === null) return false;
  if (Array.isArray(kept) && kept.length !== (whole as unknown[]).length) return false;
  return Object.entries(kept).every(([key, value]) => isPartOf(value, (whole as Record<string, unknown>)[key]));
}

/** The paths of all leaves, such as `State.Pid`. */
function leaves(value: unknown, depth: number, path = ""): string[] {
  if (depth === 0 || typeof value !== "object" || value === null || Array.isArray(value)) return [path];
  return Object.entries(value).flatMap(([key, item]) => leaves(item, depth - 1, path === "" ? key : `${path}.${key}`));
}

describe.skipIf(!hasTool("docker") && process.env["VETHSCOPE_REQUIRE_TOOLS"] !== "1")(
  "the real docker command and an engine full of secrets",
  () => {
    const { docker: _, ...rest } = healthy;
    let host: Host;
    let asked: readonly string[] = [];
    let stderr = "";
    let zip: Collected;
    let raw: Buffer;
    beforeAll(async () => {
      host = new Host(rest);
      symlinkSync(find("docker") ?? "docker", join(host.bin, "docker"));
      mkdirSync(join(host.dir, "config/docker"), { recursive: true });
      writeFileSync(join(host.dir, "config/docker/daemon.json"), daemonJson);
      const engine = await serveEngine(join(host.dir, "docker.sock"));
      asked = engine.asked;
      // As a rootless engine has it; beside a system-wide one, only DOCKER_HOST leads to this socket.
      const env: Record<string, string> = { XDG_RUNTIME_DIR: host.dir, XDG_CONFIG_HOME: join(host.dir, "config") };
      if (existsSync("/var/run/docker.sock")) env["DOCKER_HOST"] = `unix://${host.dir}/docker.sock`;
      const run = await host.run(["-o", "-"], { env });
      engine.close();
      stderr = run.stderr;
      raw = run.stdout;
      zip = await readZip(raw);
    });
    afterAll(() => host.remove());

    test("none of them is in the zip or in what the collector says", () => {
      expect(plantedSecrets.length).toBeGreaterThan(35);
      expect(raw.toString("latin1")).not.toContain("SECRET");
      for (const [name, bytes] of zip.files) expect(bytes.toString("latin1"), name).not.toContain("SECRET");
      expect(stderr).not.toContain("SECRET");
    });

    test("what is kept of a container is part of docker's own JSON, and complete", () => {
      expect(zip.entry("docker-inspect")).toMatchObject({ exit: 0, why: null });
      const [kept, ...others] = JSON.parse(zip.text("docker-inspect").replace("9007199254740993", '"big"'));
      expect(others).toEqual([]);
      const whole = structuredClone(container) as Record<string, unknown>;
      (whole["NetworkSettings"] as typeof container.NetworkSettings).Networks.shop_front.GwPriority = "big" as never;
      expect(isPartOf(kept, whole)).toBe(true);
      expect(leaves(kept, 2).sort()).toEqual(
        [
          ...["Id", "Name", "Created", "State.Status", "State.Running", "State.Pid", "State.StartedAt"],
          ...["Config.Hostname", "Config.Domainname", "Config.ExposedPorts", "Config.Labels"],
          ..."NetworkMode PortBindings PublishAllPorts Dns DnsOptions DnsSearch ExtraHosts Links Privileged CapAdd Sysctls"
            .split(" ")
            .map((name) => `HostConfig.${name}`),
          ..."SandboxID SandboxKey Ports Networks".split(" ").map((name) => `NetworkSettings.${name}`),
        ].sort(),
      );
      expect(kept.Config.Labels).toEqual({ "com.docker.compose.project": "shop", "com.docker.compose.service": "web" });
      const { DriverOpts: options, FieldOfTomorrow: _, ...endpoint } = container.NetworkSettings.Networks.shop_front;
      expect(kept.NetworkSettings.Networks.shop_front).toEqual({
        ...endpoint,
        GwPriority: "big",
        DriverOpts: { "com.docker.network.endpoint.ifname": options["com.docker.network.endpoint.ifname"] },
      });
      expect(zip.text("docker-inspect").trimEnd().split("\n")).toHaveLength(1);
    });

    test("what is kept of a network is part of docker's own JSON, and complete", () => {
      const [kept] = JSON.parse(zip.text("docker-network-inspect"));
      expect(isPartOf(kept, network)).toBe(true);
      expect(Object.keys(kept).sort()).toEqual(Object.keys(network).sort());
      expect(kept.IPAM).toEqual({ Driver: "default", Config: network.IPAM.Config });
      expect(kept.Options).toEqual({ "com.docker.network.bridge.name": "br-shop", parent: "eth0.10" });
      expect(kept.Labels).toEqual({ "com.docker.compose.project": "shop", "com.docker.compose.network": "front" });
    });

    test("docker info, docker ps and daemon.json keep what bears on the network", () => {
      expect(JSON.parse(zip.text("docker-info"))).toMatchObject({
        ServerVersion: "28.5.2",
        DefaultAddressPools: [{ Base: "10.0.0.0/8", Size: 24 }],
        Plugins: { Network: ["bridge", "host"] },
        Swarm: { LocalNodeState: "inactive" },
      });
      expect(zip.text("docker-ps")).toMatch(/^CONTAINER ID +IMAGE +CREATED +STATUS +PORTS +NAMES\n/);
      expect(zip.text("docker-ps")).toContain(containerId);
      expect(zip.entry("daemon-json").why).toBeNull();
      expect(JSON.parse(zip.text("daemon-json"))).toEqual({
        bip: "10.200.0.1/24",
        hosts: ["unix:///var/run/docker.sock", "tcp://***@0.0.0.0:2375"],
        "default-address-pools": [{ base: "10.0.0.0/8", size: 24 }],
        mtu: 1450,
        iptables: true,
      });
    });

    test("the engine was only asked, never told", () => {
      expect(asked.length).toBeGreaterThan(5);
      expect(asked.filter((line) => !/^(GET|HEAD) /.test(line))).toEqual([]);
      expect(asked.join("\n")).not.toMatch(/exec|logs|archive|export|attach/);
    });
  },
);

describe.each(shells)("what commands say on standard error, under %s", (_name, tool, shell) => {
  const said = [
    ["password=SECRET next", "password=*** next"],
    ["Passwd: SECRET", "Passwd: ***"],
    ['DB_PASSWORD="SECRET SECRET" next', "DB_PASSWORD=***"],
    ['{"token":"SECRET","x":1}', '{"token":***'],
    ['{\\"secret\\": \\"SECRET\\"}', '{\\"secret\\": ***'],
    ["GET /?access_token=SECRET&x=1", "GET /?access_token=***&x=1"],
    ["client-secret='SECRET", "client-secret=***"],
    ["--password SECRET next", "--password *** next"],
    ["API-KEY: SECRET, next", "API-KEY: ***, next"],
    ["Authorization: Digest a=SECRET, b=SECRET", "Authorization: ***"],
    ["sent Bearer SECRET, got 401", "sent Bearer ***, got 401"],
    ["basic SECRET= next", "basic *** next"],
    ["http://user:SECRET@host and postgres://SECRET@host/x", "http://***@host and postgres://***@host/x"],
    ["sudo: a password is required", "sudo: a password is required"],
    ["[sudo] password for joe: ", "[sudo] password for joe: "],
    ["no token, no secret; see basic/bearer", "no token, no secret; see basic/bearer"],
    ["unix:///var/run/docker.sock: connection refused", "unix:///var/run/docker.sock: connection refused"],
  ] as const;
  testWith([tool], "is kept without what looks like a secret, as is the reason", async () => {
    const ip = said.map(([line]) => `printf '%s\\n' '${line.replaceAll("'", `'\\''`)}' >&2`).join("\n");
    const first = "echo 'login with password: SECRET failed' >&2; exit 1";
    const on = new Host({ ...healthy, ip, bridge: first });
    const run = await on.run(["-o", "-"], { shell });
    on.remove();
    const { files, entry } = await readZip(run.stdout);
    expect(files.get("captures/ip-addr.err")?.toString().split("\n")).toEqual([...said.map(([, kept]) => kept), ""]);
    expect(entry("bridge-fdb").why).toBe("login with password: *** failed");
    for (const [name, bytes] of files) expect(bytes.toString("latin1"), name).not.toContain("SECRET");
    expect(run.stderr).not.toContain("SECRET");
  });
});

describe("daemon.json", () => {
  const keep = async (text: string) => {
    const on = new Host({ ...healthy, docker: "exit 1" });
    mkdirSync(join(on.dir, "docker"));
    writeFileSync(join(on.dir, "docker/daemon.json"), text);
    const run = await on.run(["--only", "daemon-json,ip-addr", "-o", "-"], {
      env: { DOCKER_HOST: `unix://${on.dir}/docker.sock`, XDG_RUNTIME_DIR: on.dir, XDG_CONFIG_HOME: on.dir },
    });
    on.remove();
    const zip = await readZip(run.stdout);
    return { text: zip.text("daemon-json"), why: zip.entry("daemon-json").why };
  };
  testWith(["dash"], "is kept only where it is plain JSON", async () => {
    const refused = { text: "", why: "not plain JSON, so nothing of it was kept" };
    const others = [
      '{"bip": "a" "proxies": "x"}',
      '{"bip": "a\n"}',
      '{"bip": }',
      '{"bip": "a"',
      '["bip"]',
      "bip = a",
      '// comment\n{"bip": "a"}',
      '{"bip": "a"} trailing',
      '{bip: "a"}',
    ];
    for (const text of someOf(others, 4)) {
      expect(await keep(text), text).toEqual(refused);
    }
    expect(await keep("")).toEqual({ text: "", why: null });
    expect(await keep("{}\r\n")).toEqual({ text: "", why: null });
    expect(JSON.parse((await keep('{"a":{"bip":"x"},"mtu":1,"ip\\u0074ables":true}')).text)).toEqual({ mtu: 1 });
  });
});
