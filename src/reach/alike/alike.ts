import { testsOf } from "../../firewall/tests-of.ts";
import { type Address, contains, lastAddress, type Prefix, parseAddress, parsePrefix } from "../../lib/address.ts";
import { groupBy } from "../../lib/group-by.ts";
import type { Host, ListeningSocket, Network } from "../../model/host.ts";
import { attachmentsOf } from "../endpoints.ts";
import { indexOf } from "../host-index.ts";
import type { Port } from "../services.ts";
import type { Stack, World } from "../stack.ts";
import { hostAddresses } from "../ways.ts";
import { ownersOf, type Word } from "./owners.ts";
import { indexRules, type OwnedRule, type RuleIndex } from "./rule-index.ts";
import { textOf } from "./texts.ts";

/** Who connects: a namespace of the snapshot, or a machine outside, known by a text of its own. */
export type Asker =
  | { readonly kind: "stack"; readonly stack: string }
  | { readonly kind: "outside"; readonly text: string };

/** What is asked: an address and a port, and whose they are. `publishes`: the container's port behind one of the host's. */
export interface Asked {
  readonly address: Address;
  readonly port: Port;
  /** The namespace that has the address; null for one outside. */
  readonly stack: string | null;
  readonly publishes: { readonly stack: string; readonly port: number } | null;
}

/** Tells attempts that must come out alike: attempts with the same text do, since no rule, route or setting tells them apart. */
export interface Alike {
  /** The same for askers on the same networks that can stand for one another. */
  readonly asker: (asker: Asker) => string;
  /** The same for destinations on the same networks that can stand for one another. */
  readonly asked: (asked: Asked) => string;
  /** The same for attempts that can stand for one another, whatever networks they are on. */
  readonly attempt: (asker: Asker, asked: Asked) => string;
}

/**
 * Works it out for one host. Rules that only match the packets of somebody else are left out for everyone; what is left, in its
 * order, has to be the same but for the names, and so do addresses, routes, ports of bridges, settings and sockets.
 */
export function findAlike(host: Host, world: World, ports: ReadonlySet<number>): Alike {
  const own = world.stacks.get("host");
  const owners = ownersOf(host, world, ports);
  const { byOwner, isSpecial } = own === undefined ? noRules : indexRules(own, owners);
  const ranges = own === undefined ? [] : rangesFor(host, own, owners.range);
  const gateways = groupBy(hostAddresses(host, world), ({ interface: name }) => name);
  const numbers = new Map<string, number>();
  /** Long texts by a number each. */
  const short = (text: string): number => {
    const known = numbers.get(text) ?? numbers.size;
    numbers.set(text, known);
    return known;
  };
  const memo = <T>(make: (key: string) => T): ((key: string) => T) => {
    const known = new Map<string, T>();
    return (key) => {
      const found = known.get(key) ?? make(key);
      known.set(key, found);
      return found;
    };
  };

  const networksOf = memo((stack: string): readonly Network[] => {
    const namespace = indexOf(host).namespaces.get(stack);
    return namespace === undefined || stack === "host"
      ? []
      : attachmentsOf(host, namespace).map(({ network }) => network);
  });
  const membership = (address: Address): string =>
    ranges.flatMap((range, i) => (contains(range.prefix, address) ? [range.isExact ? `${i}!` : i] : [])).join(",");

  const networkText = memo((id: string): number => {
    const network = indexOf(host).networks.get(id);
    if (network?.bridge == null) return short(`alone ${id}`);
    const naming = ({ owner, which }: Word) =>
      owner === `n:${id}` ? `N${which}` : owner.startsWith("a:") ? "A" : null;
    const segment = world.segments.get(`bridge:${network.bridge}`);
    const device = own?.interfaces.get(network.bridge);
    const routes = [...(own?.routes[4] ?? []), ...(own?.routes[6] ?? [])].filter(
      ({ nexthops, table }) => table !== "local" && nexthops.some((hop) => hop.device === network.bridge),
    );
    const sysctls = host.namespaces[0]?.sysctls;
    const settings =
      sysctls?.known === true
        ? Object.entries(sysctls.value).flatMap(([key, { value }]) =>
            key.includes(`.${network.bridge}.`) ? [`${key.replace(network.bridge ?? "", "N")}=${value}`] : [],
          )
        : [];
    const { internal, driver, mode, options, enableIPv4, enableIPv6 } = network;
    const { "com.docker.network.bridge.name": _, ...others } = options;
    const own4 = (gateways.get(network.bridge) ?? []).map(({ address }) => membershipOfText(address));
    const inSets = setsWith(host, network);
    return short(
      textOf(
        [
          internal,
          driver,
          mode,
          others,
          enableIPv4,
          enableIPv6,
          segment === undefined ? null : { ...segment, members: [], interface: "N", outside: segment.outside !== null },
          device,
          routes,
          settings,
          own4,
          inSets,
        ],
        owners,
        naming,
      ),
    );
  });
  const membershipOfText = (text: string): string => {
    const prefix = parsePrefix(text);
    return prefix === null ? text : membership(prefix.address);
  };

  /** A namespace in words of its own: itself S, its networks N0, N1, … */
  const stackText = memo((id: string): number => {
    const stack = world.stacks.get(id);
    if (stack === undefined || id === "host" || isSpecial(`c:${id}`)) return short(`itself ${id}`);
    const networks = networksOf(id);
    const naming = ({ owner, which }: Word): string | null => {
      if (owner === `c:${id}`) return `S${which}`;
      const at = networks.findIndex((network) => owner === `n:${network.id}`);
      if (at >= 0) return `N${at}.${which}`;
      return owner.startsWith("a:") ? gatewayName(owner, networks) : null;
    };
    const namespace = indexOf(host).namespaces.get(id);
    const container = indexOf(host).containers.get(id);
    const members = [...world.segments.values()].flatMap((segment) =>
      segment.members.filter((member) => member.stack === id).map((member) => [segment.id, member]),
    );
    const firewall = ([4, 6] as const).map((family) => [
      [...stack.firewall[family].unknown],
      stack.firewall[family].firewall.tables.map(({ name, backend, chains, baseChains }) => [
        name,
        backend,
        baseChains.map(({ chain, policy, hook }) => [chain.name, policy, hook]),
        [...chains.values()].map(({ name: chain, rules }) => [
          chain,
          rules
            .filter((rule) => !isEmbeddedDns(textOf([rule.conditions, rule.action], owners, naming)))
            .map(({ conditions, action }) => [conditions, action]),
        ]),
      ]),
    ]);
    const sysctls =
      namespace?.sysctls.known === true
        ? Object.entries(namespace.sysctls.value).map(([key, { value }]) => [key, value])
        : null;
    const addresses = [...stack.interfaces.values()].flatMap((each) =>
      each.addresses.map(({ address }) => membership(address)),
    );
    return short(
      textOf(
        [
          networks.map(({ bridge, id: network }) => (bridge === null ? network : "bridge")),
          stack.interfaces,
          stack.routes,
          stack.rules,
          stack.routesKnown,
          stack.listeners.known,
          firewall,
          sysctls,
          container?.sysctls ?? null,
          members,
          addresses,
        ],
        owners,
        naming,
      ),
    );
  });

  /** The networks' gateways, by the owner that an address of the host is. */
  const gatewayOf = new Map(
    host.networks.flatMap(({ id, bridge }) =>
      (gateways.get(bridge ?? "") ?? []).flatMap(({ address }) => {
        const parsed = parseAddress(address);
        return parsed === null ? [] : [[ownerOfHost(parsed), id] as const];
      }),
    ),
  );
  function gatewayName(owner: string, networks: readonly Network[]): string | null {
    const network = gatewayOf.get(owner);
    const at = networks.findIndex(({ id }) => id === network);
    return at < 0 ? null : `G${at}`;
  }

  const socketsOf = memo((stack: string): ReadonlyMap<string, readonly ListeningSocket[]> | null => {
    const listeners = world.stacks.get(stack)?.listeners;
    return listeners?.known === true ? groupBy(listeners.value, ({ port, protocol }) => `${port} ${protocol}`) : null;
  });
  const listenersOn = (stack: string, { protocol, port }: Port, naming: (word: Word) => string | null): string => {
    const sockets = socketsOf(stack);
    if (sockets === null) return "not known";
    const found = sockets.get(`${port} ${protocol}`) ?? [];
    return JSON.stringify(
      found.map(({ family, address, interface: on, processes }) => {
        const prefix = address === null ? null : parsePrefix(address);
        const word =
          prefix === null ? null : owners.range(prefix.address.family, prefix.address.value, prefix.address.value);
        const isProxy = processes.some(({ name }) => name === "docker-proxy" || name === "rootlesskit");
        return [family, (word === null ? null : naming(word)) ?? address, on, isProxy];
      }),
    );
  };
  const portRanges = own === undefined ? [] : portRangesOf(own, owners.port);
  const portText = (port: number): string =>
    owners.port(port, port) === null
      ? `itself ${port}`
      : portRanges.flatMap(({ from, to }, i) => (from <= port && port <= to ? [i] : [])).join(",");

  /** The rules that are only about these owners, in their order, in the names that they are given. */
  const program = (
    names: ReadonlyMap<string, string>,
    rank: "common" | "shared",
    has: (rule: OwnedRule) => boolean,
  ): string => {
    const rules = new Set<OwnedRule>();
    for (const owner of names.keys())
      for (const rule of byOwner.get(owner) ?? [])
        if (rule.owners.every((one: string) => names.has(one)) && has(rule)) rules.add(rule);
    return [...rules]
      .sort((a, b) => a.chain - b.chain || a.position - b.position)
      .map(
        ({ chain, rank: ranks, pieces }) =>
          `${chain}.${ranks[rank]}${pieces.map((piece) => (typeof piece === "string" ? piece : names.has(piece.owner) ? `<${names.get(piece.owner)}${piece.which}>` : "<other>")).join("")}`,
      )
      .join("\n");
  };

  const everyOwner = (asked: Asked): readonly (readonly [string, string])[] => {
    const stacks = [asked.stack, asked.publishes?.stack ?? null].filter((one) => one !== null && one !== "host");
    return [
      ...stacks.map((stack, i) => [`c:${stack}`, `D${i}`] as const),
      [`p:${asked.port.port}`, "P"],
      ...(asked.publishes === null
        ? []
        : [[`p:${asked.publishes.port}`, asked.publishes.port === asked.port.port ? "P" : "Q"] as const]),
      ...(asked.stack === "host" ? [[ownerOfHost(asked.address), "A"] as const] : []),
    ];
  };

  const asker: Alike["asker"] = memo2((one: Asker) => {
    if (one.kind === "outside") return `outside ${one.text}`;
    const networks = networksOf(one.stack);
    const names = new Map([[`c:${one.stack}`, "S"], ...networks.map(({ id }) => [`n:${id}`, id] as const)]);
    // An answer goes to a client's port, so that rules about known ports of the asker are about somebody else's packets.
    const rules = program(names, "shared", ({ owners: of }) => of.includes(`c:${one.stack}`));
    return JSON.stringify([networks.map(({ id }) => id), stackText(one.stack), short(rules)]);
  });

  const asked: Alike["asked"] = (one) => {
    const { address, port, stack, publishes } = one;
    const inner = publishes?.stack ?? stack;
    const networks = inner === null || inner === "host" ? [] : networksOf(inner);
    const names = new Map([...everyOwner(one), ...networks.map(({ id }) => [`n:${id}`, id] as const)]);
    const rules = program(names, "shared", ({ owners: of }) => of.some((owner) => !owner.startsWith("n:")));
    const naming = ({ owner, which }: Word) => (names.has(owner) ? `${names.get(owner)}${which}` : null);
    return JSON.stringify([
      address.family,
      port.protocol,
      placeOf(one),
      inner === null ? null : stackText(inner),
      networks.map(({ id }) => id),
      portText(port.port),
      publishes === null ? null : portText(publishes.port),
      short(rules),
      stack === null ? null : listenersOn(stack, port, naming),
      inner === null || publishes === null ? null : listenersOn(inner, { ...port, port: publishes.port }, naming),
      bindings(one, naming),
    ]);
  };

  /** Where the address is: which of its container's networks, which of the host's addresses, or itself. */
  const placeOf = ({ address, stack }: Asked): string => {
    if (stack === null) return `outside ${address.family} ${address.value}`;
    if (stack === "host") return `host ${membership(address)} ${address.value}`;
    const word = owners.range(address.family, address.value, address.value);
    return word === null ? `${address.value}` : `own ${word.which}`;
  };

  const bindings = ({ port, publishes }: Asked, naming: (word: Word) => string | null): string =>
    publishes === null
      ? ""
      : JSON.stringify(
          (indexOf(host).published.get(`${port.protocol} ${port.port}`) ?? []).map(
            ({ hostAddress, containerPort, container }) => {
              const prefix = parsePrefix(hostAddress);
              const word =
                prefix === null
                  ? null
                  : owners.range(prefix.address.family, prefix.address.value, prefix.address.value);
              return [
                (word === null ? null : naming(word)) ?? hostAddress,
                containerPort === publishes.port,
                indexOf(host).containers.get(container)?.namespace === publishes.stack,
              ];
            },
          ),
        );

  const attempt: Alike["attempt"] = (from, to) => {
    const inner = to.publishes?.stack ?? to.stack;
    const names = new Map<string, string>();
    const labels: string[] = [];
    const texts: (number | string)[] = [];
    if (from.kind === "outside") texts.push(from.text);
    else {
      names.set(`c:${from.stack}`, "S");
      texts.push(stackText(from.stack));
      for (const [i, { id }] of networksOf(from.stack).entries()) {
        if (!names.has(`n:${id}`)) names.set(`n:${id}`, `X${i}`);
        texts.push(networkText(id));
      }
    }
    for (const [owner, name] of everyOwner(to)) {
      labels.push(names.get(owner) ?? name);
      if (!names.has(owner)) names.set(owner, name);
    }
    if (inner !== null && inner !== "host") {
      texts.push(stackText(inner));
      for (const [i, { id }] of networksOf(inner).entries()) {
        if (!names.has(`n:${id}`)) names.set(`n:${id}`, `Y${i}`);
        labels.push(names.get(`n:${id}`) ?? "");
        texts.push(networkText(id));
      }
    }
    const naming = ({ owner, which }: Word) => (names.has(owner) ? `${names.get(owner)}.${which}` : null);
    return JSON.stringify([
      texts,
      labels,
      attemptPlace(to, names),
      to.address.family,
      to.port.protocol,
      portText(to.port.port),
      to.publishes === null ? null : portText(to.publishes.port),
      to.stack === null ? null : listenersOn(to.stack, to.port, naming),
      inner === null || to.publishes === null
        ? null
        : listenersOn(inner, { ...to.port, port: to.publishes.port }, naming),
      bindings(to, naming),
      short(program(names, "common", () => true)),
    ]);
  };

  /** Like `placeOf`, with a gateway known by whose gateway it is. */
  const attemptPlace = (to: Asked, names: Map<string, string>): string => {
    if (to.stack !== "host") return placeOf(to);
    const network = gatewayOf.get(ownerOfHost(to.address));
    if (network === undefined) return placeOf(to);
    if (!names.has(`n:${network}`)) names.set(`n:${network}`, "Z");
    return `gateway ${names.get(`n:${network}`)} ${networkText(network)} ${membership(to.address)}`;
  };

  return { asker, asked, attempt };

  function memo2(make: (one: Asker) => string): (one: Asker) => string {
    const byText = memo((key: string) => make(JSON.parse(key) as Asker));
    return (one) => byText(JSON.stringify(one));
  }
}

const noRules: RuleIndex = { byOwner: new Map(), isSpecial: () => false };

const ownerOfHost = ({ family, value }: Address): string => `a:${value.toString(16)}/${family === 4 ? 32 : 128}`;

/** The sets that name one of a network's subnets as such, as Docker 28.0.0 names them all. */
function setsWith({ namespaces: [own] }: Host, { subnets }: Network): readonly string[] {
  if (own?.ipsets.known !== true) return [];
  const texts = new Set(subnets.map(({ subnet }) => subnet));
  return own.ipsets.value.sets.flatMap(({ name, members }) =>
    members.some(({ entry }) => texts.has(entry)) ? [name] : [],
  );
}

/** The rules that every user-defined network's embedded DNS needs: nothing but questions to it meets them. */
const isEmbeddedDns = (text: string): boolean => text.includes("7f00000b");

interface NamedRange {
  readonly prefix: Prefix;
  /** Entries of sets count one by one. */
  readonly isExact: boolean;
}

/** The ranges that nobody owns, of rules, routes, policy rules and sets: who is in the same ones is treated alike. */
function rangesFor(
  host: Host,
  own: Stack,
  range: (family: 4 | 6, from: bigint, to: bigint) => Word | null,
): readonly NamedRange[] {
  const found = new Map<string, NamedRange>();
  const add = (prefix: Prefix | null): void => {
    if (prefix === null || range(prefix.address.family, prefix.address.value, lastAddress(prefix).value) !== null)
      return;
    found.set(`${prefix.address.family} ${prefix.address.value} ${prefix.length}`, { prefix, isExact: false });
  };
  for (const family of [4, 6] as const) {
    const bits = family === 4 ? 32 : 128;
    for (const { chains } of own.firewall[family].firewall.tables)
      for (const { rules } of chains.values())
        for (const rule of rules)
          for (const { test } of testsOf(rule))
            if (test.kind === "address" || test.kind === "connection-address")
              for (const { from, to } of test.ranges)
                if (test.ranges.length > 1 || range(family, from, to) === null)
                  for (const prefix of prefixesOf(from, to, family, bits)) add(prefix);
    for (const { from, to } of own.rules[family]) for (const prefix of [from, to]) add(prefix);
    for (const { to, table } of own.routes[family]) if (table !== "local") add(to);
  }
  const sets = host.namespaces[0]?.ipsets;
  if (sets?.known === true)
    for (const { members } of sets.value.sets)
      for (const { entry } of members) add(parsePrefix(entry.split(",")[0] ?? ""));
  return [...found.values()];
}

/** A range as prefixes: its edges decide who is in it. */
function prefixesOf(from: bigint, to: bigint, family: 4 | 6, bits: number): Prefix[] {
  const found: Prefix[] = [];
  for (let at = from; at <= to && found.length < 256; ) {
    let hostBits = 0;
    while (hostBits < bits && at % (1n << BigInt(hostBits + 1)) === 0n && at + (1n << BigInt(hostBits + 1)) - 1n <= to)
      hostBits++;
    found.push({ address: { family, value: at }, length: bits - hostBits });
    at += 1n << BigInt(hostBits);
  }
  return found;
}

/** The ranges of ports that nobody owns and rules ask for. */
function portRangesOf(
  own: Stack,
  owner: (from: number, to: number) => Word | null,
): readonly { readonly from: number; readonly to: number }[] {
  const found = new Map<string, { from: number; to: number }>();
  for (const family of [4, 6] as const)
    for (const { chains } of own.firewall[family].firewall.tables)
      for (const { rules } of chains.values())
        for (const rule of rules)
          for (const { test } of testsOf(rule))
            if (test.kind === "port" || test.kind === "connection-port")
              for (const { from, to } of test.ranges)
                if (test.ranges.length > 1 || owner(from, to) === null) found.set(`${from}-${to}`, { from, to });
  return [...found.values()];
}
