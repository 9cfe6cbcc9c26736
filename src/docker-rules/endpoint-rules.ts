import { formatAddress } from "../lib/address.ts";
import { isUnspecified } from "../lib/address-class.ts";
import { formatEndpoint } from "../lib/endpoint.ts";
import type { Container, Endpoint, Host, PublishedPort } from "../model/host.ts";
import { byGatewayPreference } from "../model/queries/attachments.ts";
import { isLoopbackBinding } from "../model/queries/publications.ts";
import type { BridgeNetwork } from "./bridge-networks.ts";
import { type Common, type ExpectedRule, expect } from "./expected-rule.ts";
import { isBefore28, type LayoutId } from "./layout.ts";
import { commonOf } from "./network-rules.ts";

type IptablesLayout = Exclude<LayoutId, "nftables">;

/** An endpoint of a running container on a network that gets rules. */
export interface AttachedEndpoint {
  readonly container: Container;
  readonly endpoint: Endpoint;
  readonly address: string;
  readonly on: BridgeNetwork;
}

/** The endpoints with an address of the networks' family; swarm's gateway network has endpoints of its own kind and is left out. */
export function attachedTo(host: Host, networks: readonly BridgeNetwork[]): readonly AttachedEndpoint[] {
  const byId = new Map(networks.map((each) => [each.network.id, each]));
  return host.containers.flatMap((container) =>
    container.running === false
      ? []
      : container.endpoints.flatMap((endpoint) => {
          const on = byId.get(endpoint.networkId);
          const end = on?.family === 4 ? endpoint.ipv4 : endpoint.ipv6;
          return on === undefined || end === null || on.bridge === "docker_gwbridge"
            ? []
            : [{ container, endpoint, address: formatAddress(end.address), on }];
        }),
  );
}

function commonOfEndpoint({ on, container, endpoint }: AttachedEndpoint): Common {
  return { ...commonOf(on), container: container.name, sources: endpoint.sources.slice(0, 1) };
}

/** filterDirectAccess of internal/iptabler/endpoint.go (v28.2.2): nobody from outside reaches the container's own address. */
export function endpointRules(attached: AttachedEndpoint, layout: IptablesLayout): ExpectedRule[] {
  const { address, on } = attached;
  if ((layout !== "28.2" && layout !== "29") || on.internal || on.mode !== "nat") return [];
  const common = commonOfEndpoint(attached);
  return [
    ...on.trusted.map((name) =>
      expect(common, "raw", "PREROUTING", "trusted-accept", `-d ${address} -i ${name} -j ACCEPT`),
    ),
    expect(common, "raw", "PREROUTING", "direct-access-drop", `-d ${address} ! -i ${on.bridge} -j DROP`),
  ];
}

/**
 * The endpoint that a published port leads to: the one that gives the container its default route, and among several the one
 * whose address `isTarget` knows. Null for a port that docker-proxy alone serves (an IPv6 address of the host, a container
 * without one: moby, port_mapping_linux.go, setPerPortIptables).
 */
export function servingEndpoint(
  port: PublishedPort,
  endpoints: readonly AttachedEndpoint[],
  isTarget: (address: string) => boolean,
): AttachedEndpoint | null {
  const { family } = port.hostAddress;
  const candidates = endpoints
    .filter(({ container, on }) => container.name === port.container && on.family === family && !on.internal)
    .toSorted((a, b) => byGatewayPreference(withNetwork(a), withNetwork(b)));
  return candidates.find(({ address }) => isTarget(address)) ?? candidates[0] ?? null;
}

const withNetwork = ({ container, endpoint, on }: AttachedEndpoint) => ({ container, endpoint, network: on.network });

/** setPerPortIptables: port_mapping_linux.go (v27.5.1, v28.0.1), internal/iptabler/port.go (v28.2.2), iptables.go Forward (v20.10.24). */
export function portRules(
  port: PublishedPort,
  attached: AttachedEndpoint,
  layout: IptablesLayout,
  hairpin: boolean,
): ExpectedRule[] {
  const { address, on } = attached;
  const { bridge, family, mode } = on;
  const common: Common = { ...commonOfEndpoint(attached), port, sources: port.sources.slice(0, 1) };
  const proto = `-p ${port.protocol} -m ${port.protocol}`;
  const since28 = !isBefore28(layout);
  return [
    dnatRule(port, attached, common, since28, hairpin),
    ...(mode === "nat-unprotected"
      ? []
      : [
          expect(
            common,
            "filter",
            "DOCKER",
            "port-accept",
            `-d ${address} ! -i ${bridge} -o ${bridge} ${proto} --dport ${port.containerPort} -j ACCEPT`,
          ),
        ]),
    ...(hairpin || !since28
      ? [
          expect(
            common,
            "nat",
            "POSTROUTING",
            "port-masquerade",
            `-s ${address} -d ${address} ${proto} --dport ${port.containerPort} -j MASQUERADE`,
          ),
        ]
      : []),
    ...((layout === "28.0.0" || layout === "28.0.1") && mode === "nat"
      ? [
          expect(
            common,
            "raw",
            "PREROUTING",
            "direct-access-drop",
            `-d ${address} ! -i ${bridge} ${proto} --dport ${port.containerPort} -j DROP`,
          ),
        ]
      : []),
    ...(since28 && family === 4 && isLoopbackBinding(port.hostAddress)
      ? [
          expect(
            common,
            "raw",
            "PREROUTING",
            "loopback-drop",
            `-d ${formatAddress(port.hostAddress)} ! -i lo ${proto} --dport ${port.hostPort} -j DROP`,
          ),
        ]
      : []),
  ];
}

/** With or without docker-proxy, before or since 28.0 (link-local IPv6 sources left to docker-proxy): any of the forms serves. */
function dnatRule(
  port: PublishedPort,
  { address, on }: AttachedEndpoint,
  common: Common,
  since28: boolean,
  hairpin: boolean,
): ExpectedRule {
  const bound = isUnspecified(port.hostAddress) ? "" : `-d ${formatAddress(port.hostAddress)} `;
  const to = formatEndpoint(address, port.containerPort);
  const rest = `-p ${port.protocol} -m ${port.protocol} --dport ${port.hostPort} -j DNAT --to-destination ${to}`;
  const notLinkLocal = on.family === 6 ? "! -s fe80::/10 " : "";
  const notBridge = `! -i ${on.bridge} `;
  const form = (linkLocal: string, incoming: string) => `${linkLocal}${bound}${incoming}${rest}`;
  const usual = form(since28 ? notLinkLocal : "", hairpin ? "" : notBridge);
  return expect(
    common,
    "nat",
    "DOCKER",
    "dnat",
    usual,
    form(notLinkLocal, notBridge),
    form("", notBridge),
    form(notLinkLocal, ""),
    form("", ""),
  );
}
