import { sh } from "../../lib/command.ts";
import { formatScopedAddress, type ScopedAddress } from "../../lib/scoped-address.ts";
import type { Container, Namespace, Resolver } from "../../model/host.ts";
import { beginningOf } from "../../model/queries/beginning-of.ts";
import { isEmbeddedAddress } from "../../model/queries/embedded-dns.ts";
import { indexOf } from "../../model/queries/host-index.ts";
import { isLoopbackBinding } from "../../model/queries/publications.ts";
import { type CheckContext, defineCheck, type Observation, type Skip } from "../check.ts";
import { skipFor } from "../skip.ts";
import { hostSubject, some } from "../words.ts";

export const hostResolverUnusableByContainers = defineCheck({
  id: "host-resolver-unusable-by-containers",
  severity: "warning",
  sureness: "strong",
  category: "dns",
  title: "Containers cannot use the resolver that the host uses",
  why: "Docker hands the host's name servers on. An empty list gives containers no names at all; a resolver on the host's loopback is out of reach on the default bridge, where Docker puts 8.8.8.8 in its place and internal names fail; a 127.x server given with --dns is the container's own loopback.",
  fix: 'Name servers that containers reach: `"dns": ["10.0.0.2"]` in daemon.json, or a stub of the host\'s resolver on the bridge (DNSStubListenerExtra=172.17.0.1). A broken link: `ln -sf ../run/systemd/resolve/stub-resolv.conf /etc/resolv.conf`.',
  sources: [
    "https://github.com/moby/moby/issues/49665",
    "https://github.com/moby/moby/issues/38243",
    "https://github.com/moby/moby/pull/48290",
    "https://github.com/docker/for-linux/issues/979",
    "moby daemon/libnetwork/internal/resolvconf: TransformForLegacyNw, TransformForIntNS; resolvconf_path.go",
  ],
  needs: ["resolv-conf", "docker-network-inspect", "docker-inspect"],
  wants: ["daemon-json"],
  wantsInside: ["resolv-conf"],
  *run(context) {
    const { own } = context.host;
    if (!own.resolver.known) return;
    yield* ownLoopback(context);
    if (context.host.engine.settings.dns.length > 0 || !settingsKnown(context)) return;
    const inheriting = context.host.containers.filter(inherits);
    if (inheriting.length > 0) yield* inherited(context, own.resolver.value, inheriting);
    yield* outdated(context, own.resolver.value, inheriting);
  },
});

const isOnLoopback = ({ address }: ScopedAddress): boolean => isLoopbackBinding(address);

const listed = (servers: readonly ScopedAddress[]): string => some(servers.map(formatScopedAddress));

/** Runs in a namespace of its own and was given no servers. */
const inherits = ({ running, namespace, networkMode, dns, endpoints }: Container): boolean =>
  running !== false &&
  namespace !== null &&
  networkMode !== "host" &&
  networkMode !== "container" &&
  networkMode !== "none" &&
  dns.length === 0 &&
  endpoints.length > 0;

/** Whether daemon.json's servers are known: it was read, or is known not to be there. */
const settingsKnown = ({ host }: CheckContext): boolean =>
  host.captures.some(({ kind, netns, state }) => kind === "daemon-json" && netns === null && state !== "failed");

function* inherited(
  { host }: CheckContext,
  resolver: Resolver,
  inheriting: readonly Container[],
): Iterable<Observation> {
  const subject = hostSubject(host);
  const evidence = resolver.sources.length > 0 ? resolver.sources : beginningOf(host, "resolv-conf");
  const names = inheriting.map(({ name }) => name);
  const fix = {
    text: 'Give containers servers that they reach ("dns": ["192.0.2.53"] in daemon.json, with your own), then restart Docker and create the containers anew.',
    commands: [sh`sudoedit /etc/docker/daemon.json`, sh`sudo systemctl restart docker`],
    cutsTraffic: true,
  };
  if (resolver.nameservers.length === 0) {
    yield {
      subject,
      message: `The host's resolv.conf names no server, so ${some(names)} ${names.length === 1 ? "has" : "have"} none either (before 28: 8.8.8.8 instead).`,
      evidence,
      severity: "error",
      sureness: "proven",
      fix,
    };
  } else if (resolver.kind === "stub") {
    yield {
      subject,
      message: `The host asks systemd-resolved at 127.0.0.53; containers are given ${resolver.upstreams.length === 0 ? "the servers behind it" : `${listed(resolver.upstreams)} behind it`} instead, so servers that resolved asks for certain domains or VPN links only are not asked for ${some(names)}.`,
      evidence,
      severity: "info",
    };
  } else if (resolver.nameservers.every(isOnLoopback)) {
    const bridge = host.networks.find(({ name, driver }) => name === "bridge" && driver === "bridge");
    const onDefault = inheriting.filter(({ endpoints }) =>
      endpoints.every(({ networkId }) => networkId === bridge?.id),
    );
    if (onDefault.length === 0) return;
    yield {
      subject,
      message: `The host's only name servers (${listed(resolver.nameservers)}) are on its loopback, which ${some(onDefault.map(({ name }) => name))} on the default bridge cannot reach: Docker gives them 8.8.8.8 and 8.8.4.4 instead, and internal names fail.`,
      evidence,
      fix,
    };
  }
}

/**
 * A container of the default bridge has a copy of the host's servers as they were when it started (moby, resolvconf
 * TransformForLegacyNw); one of another network asks the embedded DNS, which has them from the engine.
 */
function* outdated(
  { host }: CheckContext,
  resolver: Resolver,
  inheriting: readonly Container[],
): Iterable<Observation> {
  const { namespaces } = indexOf(host);
  const now = new Map([...resolver.nameservers, ...resolver.upstreams].map((one) => [formatScopedAddress(one), one]));
  // Loopback addresses are never handed on, nor is it known what resolved's stub stands for.
  if (now.size === 0 || [...now.values()].every(isOnLoopback)) return;
  const bridge = host.networks.find(({ name, driver }) => name === "bridge" && driver === "bridge");
  for (const { name, endpoints, namespace } of inheriting) {
    const inside = namespaces.get(namespace ?? "")?.resolver;
    if (inside?.known !== true || inside.value.kind !== "direct" || inside.value.nameservers.length === 0) continue;
    if (!endpoints.every(({ networkId }) => networkId === bridge?.id)) continue;
    if (inside.value.nameservers.some((server) => now.has(formatScopedAddress(server)))) continue;
    yield {
      subject: { kind: "container", name },
      message: `${name} asks ${listed(inside.value.nameservers)}, and the host by now ${some([...now.keys()])}: on the default bridge a container keeps the servers that the host had when it started, unless its resolv.conf was changed inside.`,
      evidence: [...inside.value.sources, ...resolver.sources],
      sureness: "hint",
      fix: {
        text: "Restart the container: its resolv.conf is made anew then, unless it was changed inside.",
        commands: [sh`docker restart ${name}`],
        cutsTraffic: true,
      },
    };
  }
}

/** `--dns 127.0.0.1` without a resolver in the container. */
function* ownLoopback({ host }: CheckContext): Iterable<Observation | Skip> {
  const { namespaces } = indexOf(host);
  for (const { name, dns, running, namespace, networkMode, sources } of host.containers) {
    if (running === false || networkMode === "host" || dns.length === 0) continue;
    if (!dns.every((server) => isOnLoopback(server) && !isEmbeddedAddress(server.address))) continue;
    const serves = servesDns(namespaces.get(namespace ?? ""));
    if (serves === null)
      yield skipFor(
        `whether a name server runs in ${name} is not known: ss-listen was not captured there`,
        "ss-listen",
      );
    if (serves !== false) continue;
    yield {
      subject: { kind: "container", name },
      message: `${name} was given ${listed(dns)} as its name server, which is its own loopback, and nobody listens on port 53 there.`,
      evidence: sources,
      fix: {
        text: `Create ${name} anew with --dns and an address that it reaches.`,
        commands: [],
        cutsTraffic: false,
      },
    };
  }
}

/** Whether somebody serves port 53 inside; null when that was captured and cannot be told. */
function servesDns(namespace: Namespace | undefined): boolean | null {
  if (namespace?.listeners.known !== true) return null;
  if (namespace.listeners.value.some(({ port, address }) => port === 53 && !isEmbeddedAddress(address))) return true;
  return namespace.listenersLack.udp === undefined ? false : null;
}
