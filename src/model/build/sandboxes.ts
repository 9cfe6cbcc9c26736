import { sameAddress } from "../../lib/address.ts";
import { byNaturalName } from "../../lib/order.ts";
import type { Container, Contradiction, Endpoint, Interface, Namespace } from "../host.ts";
import { hostWord, namespaceNameOf, ownerIn } from "../namespace-id.ts";
import { interfacesOf } from "../queries/interfaces-of-routes.ts";
import type { Captured } from "./captured.ts";
import { buildNamespace } from "./namespaces.ts";

/** One namespace for each sandbox; read from the captures of its owner, else of a container that shares it. */
export function buildSandboxes(
  captured: Captured,
  containers: readonly Container[],
  contradictions: Contradiction[],
): readonly Namespace[] {
  const members = new Map<string, string[]>();
  for (const { name, namespace } of containers) {
    if (namespace === null || namespace === hostWord) continue;
    const sharing = members.get(namespace) ?? [];
    // The owner comes first.
    if (namespaceNameOf(name) === namespace) sharing.unshift(name);
    else sharing.push(name);
    members.set(namespace, sharing);
  }
  const inside = new Set(captured.netnsNames);
  return [...members]
    .sort(([a], [b]) => byNaturalName(a, b))
    .map(([name, containers]) => {
      const owner = ownerIn(name);
      const netns = containers.find((one) => inside.has(one)) ?? containers[0] ?? owner;
      return buildNamespace(captured, { name, owner, containers }, netns, contradictions);
    });
}

/** Names each endpoint's interface inside the container: the one with its MAC address, else with its IP address. */
export function nameInterfaces(
  containers: readonly Container[],
  sandboxes: readonly Namespace[],
): readonly Container[] {
  const insides = new Map(sandboxes.map((sandbox) => [sandbox.name, interfacesOf(sandbox)]));
  return containers.map((container) => {
    const inside = insides.get(container.namespace ?? "") ?? null;
    if (inside === null) return container;
    const endpoints = container.endpoints.map((endpoint) => nameInterface(endpoint, inside));
    return { ...container, endpoints };
  });
}

function nameInterface(endpoint: Endpoint, inside: readonly Interface[]): Endpoint {
  const given = [endpoint.ipv4, endpoint.ipv6].flatMap((end) => end?.address ?? []);
  const found =
    inside.find(({ mac }) => mac !== null && mac === endpoint.mac) ??
    inside.find((each) => each.addresses.some((own) => given.some((address) => sameAddress(own.address, address))));
  return { ...endpoint, interface: found?.name ?? null };
}
