import { type Address, bitsOf, lastAddress, type Prefix, prefixOf } from "../lib/address.ts";
import type { Host, Interface, Namespace, Route } from "../model/host.ts";
import { type Attachment, attachmentsOf } from "../model/queries/attachments.ts";
import { indexOf } from "../model/queries/host-index.ts";
import { interfacesOf } from "../model/queries/interfaces-of-routes.ts";
import { runsProxy } from "../model/queries/userland-proxy.ts";
import type { Reason } from "../reasons/reason.ts";
import { completeRoutes } from "./complete-routes.ts";
import { cutCapture } from "./cut-captures.ts";
import { derivedInterfaces, loopback, withGiven } from "./given-interfaces.ts";
import { linkChainsOf } from "./link-chains.ts";
import { policyRules } from "./policy-rules.ts";
import { proxiedBy } from "./proxy-arp.ts";
import { buildFirewall } from "./rule-sets.ts";
import { refTo } from "./stack-ref.ts";
import type { Stack, StackInterface } from "./types.ts";

/** Makes the stack of a namespace. `segmentOf` tells which link an interface of it is on. */
export function buildStack(host: Host, namespace: Namespace, segmentOf: (name: string) => string | null): Stack {
  const { isHost } = namespace;
  const attachments = isHost ? [] : attachmentsOf(host, namespace);
  const owner = indexOf(host).containers.get(namespace.owner ?? "");
  const assumes: Reason[] = [];
  const seen = namespace.interfaces.known || attachments.length === 0 ? interfacesOf(namespace) : null;
  const shown = seen?.map((each) => toInterface(each, segmentOf(each.name)));
  const isCut = namespace.interfaces.known && !namespace.addressesKnown && !isHost;
  const interfaces =
    shown === undefined || isCut ? withGiven(shown ?? [], derivedInterfaces(attachments, segmentOf)) : shown;
  const routes = {
    4: routesOf(host, namespace, interfaces, attachments, 4, assumes),
    6: routesOf(host, namespace, interfaces, attachments, 6, assumes),
  };
  if (!namespace.interfaces.known && !isHost && attachments.length > 0)
    assumes.push({ code: "engine-addresses-assumed", namespace: namespace.name });
  // The engine sets up a container's routes itself, and nothing leads out of a lone loopback.
  const routesFollow =
    !isHost &&
    ((attachments.length > 0 && !mayHaveHiddenGateway(host, attachments)) ||
      owner?.networkMode === "none" ||
      (namespace.interfaces.known && interfaces.every(({ isLoopback }) => isLoopback)));
  if (isHost && seen === null) assumes.push({ code: "no-interfaces-assumed" });
  if (seen !== null && !namespace.addressesKnown) {
    const cut = cutCapture(host, namespace, ["ip-addr"]);
    assumes.push(
      cut === null
        ? { code: "addresses-of-routes", namespace: namespace.name }
        : { code: "addresses-cut", namespace: namespace.name, capture: cut },
    );
  }
  if (isHost && !host.networks.some(({ inspected }) => inspected)) assumes.push({ code: "bridges-assumed" });
  const sysctls = namespace.sysctls.known ? namespace.sysctls.value : {};
  const own = { ...owner?.sysctls };
  return {
    ...refTo(host, namespace),
    owner: namespace.owner,
    names: namespace.containers,
    interfaces: new Map(interfaces.map((each) => [each.name, each])),
    routes,
    rules: {
      4: policyRules(host, namespace, 4, assumes),
      6: policyRules(host, namespace, 6, assumes),
    },
    firewall: {
      4: buildFirewall(host, namespace, 4),
      6: buildFirewall(host, namespace, 6),
    },
    linkChains: { 4: linkChainsOf(host, namespace, 4), 6: linkChainsOf(host, namespace, 6) },
    ipsets: namespace.ipsets.known ? new Map(namespace.ipsets.value.sets.map((set) => [set.name, set])) : null,
    sysctl: (key) =>
      Object.hasOwn(sysctls, key) ? (sysctls[key]?.value ?? null) : Object.hasOwn(own, key) ? (own[key] ?? null) : null,
    routesKnown: { 4: namespace.routes.known || routesFollow, 6: namespace.routes6.known || routesFollow },
    routesLocalnet: (name) => isHost && !runsProxy(host) && host.networks.some(({ bridge }) => bridge === name),
    listeners: namespace.listeners,
    listenersLack: namespace.listenersLack,
    proxied: proxiedBy(namespace),
    assumes,
  };
}

/**
 * Whether a container may have a default route that nothing tells of: it is on internal networks only, which have given one until
 * 24 (see `gatewaysOf`), and which release this is was not captured.
 */
function mayHaveHiddenGateway({ engine: { release } }: Host, attachments: readonly Attachment[]): boolean {
  const isSettled = (release.from !== null && release.from >= 25) || (release.before !== null && release.before <= 25);
  return !isSettled && attachments.every(({ network, endpoint }) => network.internal && endpoint.gateway4 === null);
}

function toInterface(each: Interface, segment: string | null): StackInterface {
  return {
    name: each.name,
    up: each.up,
    carrier: each.carrier,
    isLoopback: each.flags.includes("LOOPBACK"),
    mac: each.mac,
    segment,
    sources: each.sources,
    addresses: each.addresses,
  };
}

const loopbackRoutes = { 4: routesFromAddresses([loopback], 4), 6: routesFromAddresses([loopback], 6) };

function routesOf(
  host: Host,
  namespace: Namespace,
  interfaces: readonly StackInterface[],
  attachments: readonly Attachment[],
  family: 4 | 6,
  assumes: Reason[],
): readonly Route[] {
  const captured = family === 4 ? namespace.routes : namespace.routes6;
  const derived =
    interfaces[0] === loopback
      ? [...loopbackRoutes[family], ...routesFromAddresses(interfaces.slice(1), family)]
      : routesFromAddresses(interfaces, family);
  if (captured.known) {
    const routes = captured.value;
    const others = [...derived, ...defaultRoute(attachments, family)];
    const completed = completeRoutes(host, namespace, family, routes, others, assumes);
    if (completed !== null) return completed;
    // `ip route` alone lists the main table: the local table follows from the addresses.
    return routes.some(({ table }) => table === "local")
      ? routes
      : [...routes, ...derived.filter(({ table }) => table === "local")];
  }
  if (!namespace.isHost) {
    if (namespace.interfaces.known && attachments.length > 0)
      assumes.push({ code: "engine-routes-assumed", namespace: namespace.name, family });
    return [...derived, ...defaultRoute(attachments, family)];
  }
  if (interfaces.length > 0) assumes.push({ code: "routes-derived", family });
  return [...derived, ...assumedUplink(host, interfaces, family, assumes)];
}

/**
 * The routes that the kernel makes itself for each address: local, connected, broadcast (net/ipv4/fib_frontend.c,
 * fib_add_ifaddr). Setting the interface down takes the connected ones away and leaves the address local (fib_sync_down_dev).
 */
function routesFromAddresses(interfaces: readonly StackInterface[], family: 4 | 6): Route[] {
  return interfaces.flatMap(({ name, addresses, up, isLoopback, sources }) =>
    addresses
      .filter(({ address }) => address.family === family)
      .flatMap(({ address, prefix, flags }) => {
        const base = {
          preferredSource: family === 4 ? address : null,
          nexthops: [nexthop(null, name)],
          sources,
        };
        const host = prefixOf(address, bitsOf(family));
        const routes: Route[] = [route("local", host, "local", base)];
        if (!up) return routes;
        if (isLoopback && family === 4) routes.push(route("local", prefix, "local", base));
        else if (!flags.includes("noprefixroute") && prefix.length < host.length)
          routes.push(route("unicast", prefix, "main", base));
        if (family === 4 && !isLoopback && prefix.length < 31)
          routes.push(route("broadcast", prefixOf(lastAddress(prefix), 32), "local", base));
        return routes;
      }),
  );
}

function route(
  type: Route["type"],
  to: Prefix,
  table: string,
  base: Pick<Route, "preferredSource" | "nexthops" | "sources">,
): Route {
  return { ...base, family: to.address.family, type, to, table, protocol: null, scope: null, metric: 0 };
}

function nexthop(via: Address | null, device: string): Route["nexthops"][number] {
  return { via, device, weight: 1, flags: [] };
}

/** The default route through the endpoint that the engine prefers for it. */
function defaultRoute(attachments: readonly Attachment[], family: 4 | 6): Route[] {
  for (const { endpoint, network, interface: name } of attachments) {
    const gateway = family === 4 ? endpoint.gateway4 : endpoint.gateway6;
    if (network.driver === "ipvlan" && network.mode !== "l2") return [defaultVia(null, name, family)];
    if (gateway !== null) return [defaultVia(gateway, name, family)];
  }
  return [];
}

function defaultVia(gateway: Address | null, device: string, family: 4 | 6): Route {
  const base = { preferredSource: null, nexthops: [nexthop(gateway, device)], sources: [] };
  return route("unicast", prefixOf({ family, value: 0n }, 0), "main", base);
}

/** Where the host's routes were not captured: everything else leaves by its only uplink, if it has just one. */
function assumedUplink(host: Host, interfaces: readonly StackInterface[], family: 4 | 6, assumes: Reason[]): Route[] {
  // A bridge leads out only by a port that is no container's.
  const bridges = new Set(
    host.bridges.filter(({ ports }) => ports.every((port) => indexOf(host).pairings.has(port))).map(({ name }) => name),
  );
  const uplinks = interfaces.filter(
    ({ name, isLoopback, up, addresses }) =>
      up &&
      !isLoopback &&
      !bridges.has(name) &&
      addresses.some(({ address, scope }) => address.family === family && scope !== "link"),
  );
  const [only, ...others] = uplinks;
  if (only === undefined || others.length > 0) return [];
  assumes.push({ code: "default-route-assumed", family, interface: only.name });
  return [defaultVia(null, only.name, family)];
}
