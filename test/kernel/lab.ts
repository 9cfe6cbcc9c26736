import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { fileURLToPath } from "node:url";
import { hostNames, links, type Machine, machines, neighbours, routerInterfaces, routerSettings } from "./topology.ts";

/** Runs a command; throws with its output when it fails. */
export function run(command: readonly string[], input = ""): string {
  const [file = "", ...args] = command;
  const result = spawnSync(file, args, { input, encoding: "utf8", maxBuffer: 64 << 20 });
  if (result.status === 0) return result.stdout;
  throw new Error(`${command.join(" ")}: ${result.error?.message ?? result.stderr.trim()}`);
}

/** A packet as an agent saw it. */
export interface Seen {
  readonly machine: Machine;
  readonly family: 4 | 6;
  readonly bytes: Buffer;
}

interface Agent {
  readonly machine: Machine;
  readonly process: ChildProcessWithoutNullStreams;
  readonly syncs: Map<string, () => void>;
}

/** The namespaces of one run, with an agent in each. */
export interface Lab {
  /** Runs a command in a machine's namespace. */
  readonly in: (machine: Machine, command: readonly string[], input?: string) => string;
  readonly send: (machine: Machine, family: 4 | 6, uid: number, bytes: Buffer) => void;
  /** Waits until all agents have done what they were told, and then for packets under way. */
  readonly settle: (milliseconds: number) => Promise<void>;
  /** Makes the router forget its connections. */
  readonly forget: () => Promise<void>;
  /** What was seen since the last call. */
  readonly take: () => readonly Seen[];
  readonly remove: () => void;
}

const settings: Readonly<Record<string, string | number>> = {
  "net.ipv4.ip_forward": 1,
  "net.ipv4.conf.all.rp_filter": 0,
  "net.ipv4.conf.default.rp_filter": 0,
  "net.ipv4.conf.all.accept_local": 1,
  "net.ipv4.conf.all.send_redirects": 0,
  "net.ipv4.conf.default.send_redirects": 0,
  // Silence about an unknown neighbour, and no limits on what is said otherwise.
  "net.ipv4.icmp_ratemask": 0,
  "net.ipv4.icmp_ratelimit": 0,
  "net.ipv6.icmp.ratelimit": 0,
  "net.ipv6.conf.all.forwarding": 1,
  // Conntrack takes every real UDP-Lite packet for a broken one: it checks them as UDP (`udplite_error`).
  "net.netfilter.nf_conntrack_checksum": 0,
  "net.ipv6.conf.all.accept_dad": 0,
  "net.ipv6.conf.default.accept_dad": 0,
  "net.ipv6.conf.all.accept_ra": 0,
};

/** Makes the namespaces. Their names tell runs apart that go on at the same time; they are gone when this process is. */
export async function makeLab(): Promise<Lab> {
  removeLeftovers();
  const name = `${process.pid}-${randomBytes(2).toString("hex")}`;
  const netns = (machine: Machine): string => `vskt-${name}-${machine}`;
  const made: Machine[] = [];
  const agents: Agent[] = [];
  let seen: Seen[] = [];
  const remove = (): void => {
    for (const agent of agents) agent.process.kill("SIGKILL");
    for (const machine of made.splice(0)) spawnSync("ip", ["netns", "del", netns(machine)]);
  };
  process.on("exit", remove);
  const inside = (machine: Machine, command: readonly string[], input = ""): string =>
    run([...enter(netns(machine)), ...command], input);
  try {
    for (const machine of machines) {
      run(["ip", "netns", "add", netns(machine)]);
      made.push(machine);
      configure(inside, machine);
    }
    for (const link of links) connect(inside, netns, link);
    batch(inside, "router", routerInterfaces);
    for (const family of ["-4", "-6"]) {
      inside("router", ["ip", family, "rule", "add", "priority", "100", "fwmark", "0x3/0x3", "lookup", "77"]);
    }
    inside("router", ["sysctl", "-q", "-w", ...routerSettings]);
    silence(inside);
    for (const machine of machines) agents.push(await startAgent(netns(machine), machine, (one) => seen.push(one)));
  } catch (error) {
    remove();
    throw error;
  }
  const agentOf = (machine: Machine): Agent => {
    const found = agents.find((agent) => agent.machine === machine);
    if (found === undefined) throw new Error(`no agent in ${machine}`);
    return found;
  };
  let counter = 0;
  const sync = async (): Promise<void> => {
    counter++;
    await Promise.all(
      agents.map((agent) => {
        const done = new Promise<void>((resolve) => agent.syncs.set(String(counter), resolve));
        agent.process.stdin.write(`sync ${counter}\n`);
        return done;
      }),
    );
  };
  return {
    in: inside,
    send: (machine, family, uid, bytes) =>
      void agentOf(machine).process.stdin.write(`send ${family} ${uid} ${bytes.toString("hex")}\n`),
    settle: async (milliseconds) => {
      await sync();
      await new Promise((resolve) => setTimeout(resolve, milliseconds));
      await sync();
    },
    forget: async () => {
      agentOf("router").process.stdin.write("flush\n");
      await sync();
    },
    take: () => {
      const taken = seen;
      seen = [];
      return taken;
    },
    remove,
  };
}

/** Removes the namespaces of runs that were killed before they could. */
function removeLeftovers(): void {
  for (const [name, pid] of run(["ip", "netns", "list"]).matchAll(/^vskt-(\d+)-\S+/gm)) {
    if (!isAlive(Number(pid))) spawnSync("ip", ["netns", "del", name]);
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

type Inside = Lab["in"];

/** Only the network: `ip netns exec` would also mount a file system for each command, which takes longer than most commands. */
const enter = (name: string): string[] => ["nsenter", `--net=/run/netns/${name}`, "--"];

function configure(inside: Inside, machine: Machine): void {
  inside(machine, ["ip", "link", "set", "lo", "up"]);
  const values = Object.entries(settings).map(([key, value]) => `${key}=${value}`);
  inside(machine, ["sysctl", "-q", "-w", ...values]);
}

function connect(inside: Inside, netns: (machine: Machine) => string, link: (typeof links)[number]): void {
  const { router, machine, mac, addresses } = link;
  inside(
    "router",
    ["ip", "link", "add", router, "address", link.routerMac, "type", "veth"].concat([
      "peer",
      "name",
      "eth0",
      "address",
      mac,
      "netns",
      netns(machine),
    ]),
  );
  inside("router", ["ip", "link", "set", router, "up"]);
  inside(machine, ["ip", "link", "set", "eth0", "up"]);
  inside(machine, ["sysctl", "-q", "-w", "net.ipv4.conf.eth0.rp_filter=0", "net.ipv4.conf.eth0.accept_local=1"]);
  batch(inside, machine, [
    ...addresses.map((address) => `address add ${address} dev eth0${address.includes(":") ? " nodad" : ""}`),
    ...neighbours(link).map((peer) => `neighbour replace ${peer.address} lladdr ${peer.mac} dev eth0`),
    ...link.gateways.map((via) => `route add default via ${via}`),
  ]);
}

/** Many commands of `ip`, without its name, in one process. */
function batch(inside: Inside, machine: Machine, commands: readonly string[]): void {
  inside(machine, ["ip", "-batch", "-"], `${commands.join("\n")}\n`);
}

/** The hosts say nothing of their own accord: what arrives is recorded, and answered only when the test says so. */
function silence(inside: Inside): void {
  for (const machine of hostNames) {
    const neighbours = "-p ipv6-icmp -m icmp6 --icmpv6-type";
    const allow = [135, 136].map((type) => `-A OUTPUT ${neighbours} ${type} -j ACCEPT\n`).join("");
    const drop = "-A OUTPUT -m mark ! --mark 0x1 -j DROP\nCOMMIT\n";
    inside(machine, ["iptables-nft-restore"], `*filter\n${drop}`);
    inside(machine, ["ip6tables-nft-restore"], `*filter\n${allow}${drop}`);
  }
}

function startAgent(netns: string, machine: Machine, onPacket: (seen: Seen) => void): Promise<Agent> {
  const script = fileURLToPath(new URL("./agent.py", import.meta.url));
  const mark = machine === "router" ? "0" : "1";
  const [file = "", ...args] = [...enter(netns), "python3", script, mark];
  const child = spawn(file, args);
  const agent: Agent = { machine, process: child, syncs: new Map() };
  return new Promise((resolve, reject) => {
    let rest = "";
    let errors = "";
    child.stderr.on("data", (chunk: Buffer) => (errors += chunk.toString()));
    child.on(
      "exit",
      (code) => code !== null && reject(new Error(`the agent in ${machine} ended (${code}): ${errors}`)),
    );
    child.stdin.on("error", () => undefined);
    child.stdout.on("data", (chunk: Buffer) => {
      const lines = (rest + chunk.toString()).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) {
        const [word, first = "", second = ""] = line.split(" ");
        if (word === "ready") resolve(agent);
        else if (word === "sync") agent.syncs.get(first)?.();
        else if (word === "got")
          onPacket({ machine, family: first === "4" ? 4 : 6, bytes: Buffer.from(second, "hex") });
      }
    });
  });
}
