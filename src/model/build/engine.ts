import type { Snapshot } from "../../captures/snapshot.ts";
import { type Known, known, unknown } from "../../lib/known.ts";
import { mergeSources, type Source } from "../../lib/source.ts";
import type { ReleaseRange } from "../../parsers/docker-network-inspect.ts";
import type { AddressPool, Contradiction, Engine, HostIdentity } from "../host.ts";
import type { Captured } from "./captured.ts";
import { addressReader } from "./engine-addresses.ts";

/** Who was captured, when and by whom: the manifest's word, else the engine's. */
export function buildIdentity({ manifest }: Snapshot, captured: Captured): HostIdentity {
  const info = captured.all("docker-info", null)[0]?.data;
  const version = captured.all("docker-version", null)[0]?.data;
  return {
    hostname: manifest?.host.hostname ?? null,
    kernel: manifest?.host.kernel ?? info?.kernel ?? version?.kernel ?? null,
    os: manifest?.host.os ?? info?.operatingSystem ?? null,
    takenAt: manifest?.takenAt ?? null,
    collector: manifest?.collector ?? null,
    uid: manifest?.user.uid ?? null,
  };
}

/** As moby daemon/info.go fillAPIInfo warns, 20.10 to 29. */
const openApi = /API is accessible on (https?:\/\/\S+) without (?:encryption|TLS client verification)/;

/** The engine and its settings. `docker version` wins over `docker info`, the running engine over `daemon.json`. */
export function buildEngine(captured: Captured, contradictions: Contradiction[]): Engine {
  const [version] = captured.all("docker-version", null);
  const [info] = captured.all("docker-info", null);
  const [daemon] = captured.all("daemon-json", null);
  const sources = [version, info, daemon].flatMap((one): Source[] =>
    one?.data == null ? [] : [{ file: one.capture.file, line: one.data.line }],
  );
  const [here, there] = [version?.data?.server ?? null, info?.data?.serverVersion ?? null];
  if (here !== null && there !== null && here !== there) {
    const message = `docker version says ${here}, docker info ${there}`;
    contradictions.push({ subject: "the engine's version", message, sources: sources.slice(0, 2) });
  }
  const read = addressReader("daemon.json", sources.slice(-1), contradictions);
  return {
    version: here ?? there,
    release: releaseOf(here ?? there, captured),
    apiVersion: version?.data?.apiVersion ?? null,
    rootless: info?.data?.rootless ?? null,
    rootlesskit: version?.data?.rootlesskit ?? null,
    swarm: info?.data?.swarm ?? null,
    firewallBackend: info?.data?.firewallBackend ?? daemon?.data?.firewallBackend ?? null,
    bridgeNfIptables: toldNetfilter(info?.data?.bridgeNfIptables, here ?? there),
    bridgeNfIp6tables: toldNetfilter(info?.data?.bridgeNfIp6tables, here ?? there),
    openApi: (info?.data?.warnings ?? []).flatMap((warning) => openApi.exec(warning)?.[1] ?? []),
    settings: {
      userlandProxy: daemon?.data?.userlandProxy ?? null,
      iptables: daemon?.data?.iptables ?? null,
      ip6tables: daemon?.data?.ip6tables ?? null,
      icc: daemon?.data?.icc ?? null,
      ip: read.address("ip", daemon?.data?.ip ?? null),
      ipv6: daemon?.data?.ipv6 ?? null,
      dns: (daemon?.data?.dns ?? []).flatMap((text) => read.scoped("name server", text) ?? []),
      allowDirectRouting: daemon?.data?.allowDirectRouting ?? null,
      tcpHosts: (daemon?.data?.hosts ?? []).filter((one) => one.startsWith("tcp://")),
      tlsVerify: daemon?.data?.tlsVerify ?? null,
      liveRestore: info?.data?.liveRestore ?? daemon?.data?.liveRestore ?? null,
    },
    sources: mergeSources(sources),
  };
}

/** The major release that the version names, else what the prints of all networks leave; nothing where they disagree. */
function releaseOf(version: string | null, captured: Captured): ReleaseRange {
  const major = Number.parseInt(version ?? "", 10);
  if (!Number.isNaN(major)) return { from: major, before: major + 1 };
  const prints = captured.all("docker-network-inspect", null).flatMap(({ data }) => data.map((one) => one.printedBy));
  const from = Math.max(0, ...prints.map((one) => one.from ?? 0));
  const before = Math.min(Number.POSITIVE_INFINITY, ...prints.map((one) => one.before ?? Number.POSITIVE_INFINITY));
  if (from >= before) return { from: null, before: null };
  return { from: from === 0 ? null : from, before: before === Number.POSITIVE_INFINITY ? null : before };
}

/** Since 28 the engine loads br_netfilter when a network needs it, and always says false (moby, api/docs/CHANGELOG.md, v1.48). */
const toldNetfilter = (told: boolean | null | undefined, version: string | null): boolean | null =>
  told === false && Number.parseInt(version ?? "", 10) >= 28 ? null : (told ?? null);

/** The address pools of the running engine. Engines that keep to their own defaults say nothing (moby, api/types/system/info.go, `omitempty`). */
export function buildAddressPools(captured: Captured, contradictions: Contradiction[]): Known<readonly AddressPool[]> {
  const listing = captured.all("docker-info", null).find(({ data }) => data?.serverVersion != null);
  if (listing?.data == null) return unknown(captured.why("docker-info", null), "docker-info");
  const read = addressReader("docker info", [{ file: listing.capture.file, line: listing.data.line }], contradictions);
  return known(
    listing.data.defaultAddressPools.flatMap(({ base: text, size }) => {
      const base = read.prefix("address pool", text);
      return base === null ? [] : [{ base, size }];
    }),
  );
}
