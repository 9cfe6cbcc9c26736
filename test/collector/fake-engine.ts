import { createServer } from "node:http";

const secrets: string[] = [];

/** A value that must not reach the zip. */
function secret(what: string): string {
  const value = `SECRET-${what}-${secrets.length}`;
  secrets.push(value);
  return value;
}

/** Everything secret that the engine would tell. */
export const plantedSecrets: readonly string[] = secrets;

export const containerId = "c0ffee".padEnd(64, "0");
const networkId = "abcdef".padEnd(64, "1");

/** `docker inspect` of one container, in the engine's own shape, with secrets wherever people have them. */
export const container = {
  Id: containerId,
  Created: "2026-11-23T01:00:00Z",
  Path: secret("path"),
  Args: [`--password=${secret("args")}`],
  State: {
    Status: "running",
    Running: true,
    Pid: 1,
    StartedAt: "2026-11-23T01:00:01Z",
    Error: secret("error"),
    Health: { Log: [{ Output: secret("health") }] },
  },
  Image: `sha256:${"0".repeat(64)}`,
  ResolvConfPath: "/nonexistent",
  HostnamePath: "/nonexistent",
  LogPath: "/nonexistent",
  Name: "/web",
  Mounts: [{ Type: "bind", Source: `/run/${secret("mount")}`, Destination: "/x" }],
  HostConfig: {
    Binds: [`/run/${secret("bind")}:/x`],
    LogConfig: { Type: "splunk", Config: { "splunk-token": secret("log") } },
    NetworkMode: "shop_front",
    PortBindings: { "80/tcp": [{ HostIp: "", HostPort: "8080" }] },
    PublishAllPorts: false,
    Dns: ["192.0.2.53"],
    DnsOptions: ["ndots:2"],
    DnsSearch: ["example.org"],
    ExtraHosts: ["db:192.0.2.7"],
    Links: ["/db:/web/db"],
    Privileged: false,
    CapAdd: ["NET_ADMIN"],
    Sysctls: { "net.ipv4.ip_forward": "1" },
    Tmpfs: { "/x": secret("tmpfs") },
    Annotations: { token: secret("annotation") },
    StorageOpt: { key: secret("storage") },
  },
  GraphDriver: { Name: "overlay2", Data: { MergedDir: `/x/${secret("graph")}` } },
  Config: {
    Hostname: "web",
    Domainname: "example.org",
    User: secret("user"),
    ExposedPorts: { "80/tcp": {}, "443/tcp": {} },
    Env: [`DB_PASSWORD=${secret("env")}`, `HTTP_PROXY=http://u:${secret("proxy")}@proxy`],
    Cmd: ["sh", "-c", `curl -u ${secret("cmd")}`],
    Entrypoint: [secret("entrypoint")],
    Healthcheck: { Test: ["CMD", secret("healthcheck")] },
    Image: "registry.example/web:1",
    WorkingDir: `/${secret("workdir")}`,
    Labels: {
      "com.docker.compose.project": "shop",
      "com.docker.compose.service": "web",
      "com.docker.compose.project.environment_file": secret("env-file"),
      "traefik.http.middlewares.auth.basicauth.users": secret("label"),
    },
  },
  NetworkSettings: {
    SandboxID: "ab12",
    SandboxKey: "/var/run/docker/netns/ab12",
    Ports: { "80/tcp": [{ HostIp: "0.0.0.0", HostPort: "8080" }], "443/tcp": null },
    Networks: {
      shop_front: {
        Aliases: ["web", 'with\ttab },{ and "quotes" \\ <html> \u00e9'],
        NetworkID: networkId,
        EndpointID: "e1",
        Gateway: "172.20.0.1",
        IPAddress: "172.20.0.2",
        IPPrefixLen: 24,
        MacAddress: "02:42:ac:14:00:02",
        IPAMConfig: { IPv4Address: "172.20.0.2" },
        DriverOpts: { "com.docker.network.endpoint.ifname": "web0", "vendor.api-key": secret("driver-option") },
        FieldOfTomorrow: secret("endpoint"),
        GwPriority: 9007199254740993n,
      },
    },
  },
};

/** `docker network inspect` of one network. */
export const network = {
  Name: "shop_front",
  Id: networkId,
  Created: "2026-11-23T00:00:00Z",
  Scope: "local",
  Driver: "bridge",
  EnableIPv4: true,
  EnableIPv6: false,
  IPAM: {
    Driver: "default",
    Options: { token: secret("ipam") },
    Config: [{ Subnet: "172.20.0.0/24", Gateway: "172.20.0.1" }],
  },
  Internal: false,
  Attachable: false,
  Ingress: false,
  ConfigFrom: { Network: "" },
  ConfigOnly: false,
  Containers: {
    [containerId]: {
      Name: "web",
      EndpointID: "e1",
      MacAddress: "02:42:ac:14:00:02",
      IPv4Address: "172.20.0.2/24",
      IPv6Address: "",
    },
  },
  Options: {
    "com.docker.network.bridge.name": "br-shop",
    parent: "eth0.10",
    etcd_password: secret("option"),
    "com.docker.networkish": secret("option"),
  },
  Labels: { "com.docker.compose.project": "shop", "com.docker.compose.network": "front", vault: secret("label") },
};

const info = {
  ID: "X",
  Containers: 1,
  ContainersRunning: 1,
  Plugins: { Network: ["bridge", "host"], Volume: [secret("plugin")] },
  IPv4Forwarding: true,
  HttpProxy: `http://u:${secret("proxy")}@proxy:3128`,
  HttpsProxy: `http://u:${secret("proxy")}@proxy:3128`,
  NoProxy: secret("no-proxy"),
  RegistryConfig: { Mirrors: [`https://u:${secret("mirror")}@mirror/`], IndexConfigs: {}, InsecureRegistryCIDRs: [] },
  Labels: [`token=${secret("label")}`],
  ServerVersion: "28.5.2",
  OperatingSystem: "Debian",
  OSType: "linux",
  KernelVersion: "6.1",
  LiveRestoreEnabled: false,
  SecurityOptions: ["name=seccomp,profile=builtin"],
  Swarm: { LocalNodeState: "inactive" },
  DefaultAddressPools: [{ Base: "10.0.0.0/8", Size: 24 }],
  Warnings: null,
};

/** `daemon.json` with credentials in every place that takes some. */
export const daemonJson = JSON.stringify(
  {
    bip: "10.200.0.1/24",
    proxies: { "http-proxy": `http://u:${secret("proxy")}@proxy`, bip: secret("nested") },
    hosts: ["unix:///var/run/docker.sock", `tcp://u:${secret("host")}@0.0.0.0:2375`],
    "default-address-pools": [{ base: "10.0.0.0/8", size: 24 }],
    "log-opts": { "splunk-token": secret("log"), 'a\\": {"iptables': secret("quote") },
    "registry-mirrors": [`https://u:${secret("mirror")}@mirror/`],
    labels: [secret("label")],
    "exec-opts": [secret("exec")],
    mtu: 1450,
    iptables: true,
  },
  null,
  2,
);

/** JSON with the engine's 64-bit integers kept whole. */
function print(value: unknown): string {
  const text = JSON.stringify(value, (_key, item) => (typeof item === "bigint" ? `#${item}#` : item));
  return text.replace(/"#(\d+)#"/g, "$1");
}

/** An engine's API on a socket, for the real docker command to talk to. Says version 28; answers only what is asked of it. */
export async function serveEngine(socket: string): Promise<{ readonly asked: string[]; close(): void }> {
  const asked: string[] = [];
  const answers: readonly (readonly [RegExp, unknown])[] = [
    [/^\/version$/, { Version: "28.5.2", ApiVersion: "1.41", MinAPIVersion: "1.24", Os: "linux", Arch: "amd64" }],
    [/^\/info$/, info],
    [/^\/networks(\?|$)/, [network]],
    [/^\/networks\//, network],
    [
      /^\/containers\/json/,
      [
        {
          Id: containerId,
          Names: ["/web"],
          Image: "registry.example/web:1",
          Command: `sh -c ${secret("ps-command")}`,
          Created: 1_795_000_000,
          Ports: [{ IP: "0.0.0.0", PrivatePort: 80, PublicPort: 8080, Type: "tcp" }],
          Labels: { vault: secret("ps-label") },
          State: "running",
          Status: "Up 1 hour",
          Mounts: container.Mounts,
        },
      ],
    ],
    [/^\/containers\/\w+\/json/, container],
  ];
  const server = createServer((request, response) => {
    const path = (request.url ?? "").replace(/^\/v[\d.]+/, "");
    asked.push(`${request.method} ${path}`);
    response.setHeader("Api-Version", "1.41");
    response.setHeader("Content-Type", "application/json");
    if (path === "/_ping") return void response.end("OK");
    const answer = answers.find(([pattern]) => pattern.test(path));
    if (answer === undefined) response.statusCode = 404;
    response.end(print(answer?.[1] ?? { message: `no such thing: ${path}` }));
  });
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  return { asked, close: () => server.close() };
}
