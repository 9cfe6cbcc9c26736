import type { Dataplane, Stack } from "../../dataplane/types.ts";
import { type Address, formatAddress } from "../../lib/address.ts";
import { groupBy } from "../../lib/group-by.ts";
import type { ListeningSocket } from "../../model/host.ts";
import { indexOf } from "../../model/queries/host-index.ts";
import type { Port } from "../../model/queries/services.ts";
import { describeParts } from "./describe-namespaces.ts";
import { memo } from "./memo.ts";
import { indexRules, type OwnedRule } from "./rule-index.ts";
import { portRangesOf } from "./shared-ranges.ts";
import { type Name, ownerOfHost, ownerOfStack, symbolsOf } from "./symbols.ts";

/** Who connects: a namespace of the snapshot, or a machine outside, known by a text of its own. */
export type FlowSource =
  | { readonly kind: "stack"; readonly stack: Stack }
  | { readonly kind: "outside"; readonly text: string };

/** What is asked: an address and a port, and whose they are. `publishes`: the container's port behind one of the host's. */
export interface FlowDestination {
  readonly address: Address;
  readonly port: Port;
  /** The namespace that has the address; null for one outside. */
  readonly stack: Stack | null;
  readonly publishes: { readonly stack: Stack; readonly port: number } | null;
}

/** Tells attempts that must come out alike: attempts with the same text do, since no rule, route or setting tells them apart. */
export interface FlowClasses {
  /** The same for askers on the same networks that can stand for one another. */
  readonly sourceClass: (asker: FlowSource) => string;
  /** The same for destinations on the same networks that can stand for one another. */
  readonly destinationClass: (asked: FlowDestination) => string;
  /** The same for attempts that can stand for one another, whatever networks they are on. */
  readonly flowClass: (asker: FlowSource, asked: FlowDestination) => string;
}

/**
 * Works it out for one host. Rules that only match the packets of somebody else are left out for everyone; what is left, in its
 * order, has to be the same but for the names, and so do addresses, routes, ports of bridges, settings and sockets.
 */
export function findFlowClasses(dataplane: Dataplane, ports: ReadonlySet<number>): FlowClasses {
  const { host } = dataplane;
  const own = dataplane.own;
  const owners = symbolsOf(dataplane, ports);
  const { byOwner, isSpecial } = indexRules(own, owners);
  const { networksOf, stackText, networkText, membership, gatewayOf, short } = describeParts(
    dataplane,
    owners,
    isSpecial,
  );

  const socketsOf = memo(({ listeners }: Stack): ReadonlyMap<string, readonly ListeningSocket[]> | null => {
    return listeners.known ? groupBy(listeners.value, ({ port, protocol }) => `${port} ${protocol}`) : null;
  });
  const listenersOn = (stack: Stack, { protocol, port }: Port, naming: (word: Name) => string | null): string => {
    const sockets = socketsOf(stack);
    if (sockets === null) return "not known";
    const found = sockets.get(`${port} ${protocol}`) ?? [];
    return JSON.stringify(
      found.map(({ family, address, interface: on, processes }) => {
        const word = address === null ? null : owners.range(address.family, address.value, address.value);
        const isProxy = processes.some(({ name }) => name === "docker-proxy" || name === "rootlesskit");
        return [family, (word === null ? null : naming(word)) ?? (address && formatAddress(address)), on, isProxy];
      }),
    );
  };
  const portRanges = portRangesOf(own, owners.port);
  const portText = memo((port: number): string =>
    owners.port(port, port) === null || isSpecial(`p:${port}`)
      ? `itself ${port}`
      : portRanges.flatMap(({ from, to }, i) => (from <= port && port <= to ? [i] : [])).join(","),
  );

  /** The rules that are only about these owners, in their order, in the names that they are given. */
  const program = (
    names: ReadonlyMap<string, string>,
    rank: "common" | "shared",
    has: (rule: OwnedRule) => boolean,
  ): string => {
    const rules: OwnedRule[] = [];
    for (const owner of names.keys())
      for (const rule of byOwner.get(owner) ?? [])
        if (rule.owners.every((one) => names.has(one)) && has(rule)) rules.push(rule);
    return rules
      .sort((a, b) => a.chain - b.chain || a.position - b.position)
      .map(
        ({ chain, rank: ranks, pieces }) =>
          `${chain}.${ranks[rank]}${pieces.map((piece) => (typeof piece === "string" ? piece : names.has(piece.owner) ? `<${names.get(piece.owner)}${piece.which}>` : "<other>")).join("")}`,
      )
      .join("\n");
  };

  const everyOwner = (asked: FlowDestination): readonly (readonly [string, string])[] => {
    const stacks = [asked.stack, asked.publishes?.stack ?? null].flatMap((one) =>
      one === null || one.isHost ? [] : [one],
    );
    return [
      ...stacks.map((stack, i) => [ownerOfStack(stack), `D${i}`] as const),
      [`p:${asked.port.port}`, "P"],
      ...(asked.publishes === null
        ? []
        : [[`p:${asked.publishes.port}`, asked.publishes.port === asked.port.port ? "P" : "Q"] as const]),
      ...(asked.stack?.isHost === true ? [[ownerOfHost(asked.address), "A"] as const] : []),
    ];
  };

  const asker: FlowClasses["sourceClass"] = (one) => {
    if (one.kind === "outside") return `outside ${one.text}`;
    const networks = networksOf(one.stack);
    const names = new Map([[ownerOfStack(one.stack), "S"], ...networks.map(({ id }) => [`n:${id}`, id] as const)]);
    // An answer goes to a client's port, so that rules about known ports of the asker are about somebody else's packets.
    const rules = program(names, "shared", ({ owners: of }) => of.includes(ownerOfStack(one.stack)));
    return JSON.stringify([networks.map(({ id }) => id), stackText(one.stack), short(rules)]);
  };

  const asked: FlowClasses["destinationClass"] = (one) => {
    const { address, port, stack, publishes } = one;
    const inner = publishes?.stack ?? stack;
    const networks = inner === null || inner.isHost ? [] : networksOf(inner);
    const names = new Map([...everyOwner(one), ...networks.map(({ id }) => [`n:${id}`, id] as const)]);
    const rules = program(names, "shared", ({ owners: of }) => of.some((owner) => !owner.startsWith("n:")));
    const naming = ({ owner, which }: Name) => (names.has(owner) ? `${names.get(owner)}${which}` : null);
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
  const placeOf = ({ address, stack }: FlowDestination): string => {
    if (stack === null) return `outside ${address.family} ${address.value}`;
    if (stack.isHost) return `host ${membership(address)} ${address.value}`;
    const word = owners.range(address.family, address.value, address.value);
    return word === null ? `${address.value}` : `own ${word.which}`;
  };

  const bindings = ({ port, publishes }: FlowDestination, naming: (word: Name) => string | null): string =>
    publishes === null
      ? ""
      : JSON.stringify(
          (indexOf(host).published.get(`${port.protocol} ${port.port}`) ?? []).map(
            ({ hostAddress, containerPort, container }) => {
              const word = owners.range(hostAddress.family, hostAddress.value, hostAddress.value);
              return [
                (word === null ? null : naming(word)) ?? formatAddress(hostAddress),
                containerPort === publishes.port,
                indexOf(host).containers.get(container)?.namespace === publishes.stack.name,
              ];
            },
          ),
        );

  const attempt: FlowClasses["flowClass"] = (from, to) => {
    const inner = to.publishes?.stack ?? to.stack;
    const names = new Map<string, string>();
    const labels: string[] = [];
    const texts: (number | string)[] = [];
    if (from.kind === "outside") texts.push(from.text);
    else {
      names.set(ownerOfStack(from.stack), "S");
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
    if (inner !== null && !inner.isHost) {
      texts.push(stackText(inner));
      for (const [i, { id }] of networksOf(inner).entries()) {
        if (!names.has(`n:${id}`)) names.set(`n:${id}`, `Y${i}`);
        labels.push(names.get(`n:${id}`) ?? "");
        texts.push(networkText(id));
      }
    }
    const naming = ({ owner, which }: Name) => (names.has(owner) ? `${names.get(owner)}.${which}` : null);
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
  const attemptPlace = (to: FlowDestination, names: Map<string, string>): string => {
    if (to.stack?.isHost !== true) return placeOf(to);
    const owner = ownerOfHost(to.address);
    const network = gatewayOf.get(owner);
    if (network === undefined || isSpecial(owner)) return placeOf(to);
    if (!names.has(`n:${network}`)) names.set(`n:${network}`, "Z");
    return `gateway ${names.get(`n:${network}`)} ${networkText(network)} ${membership(to.address)}`;
  };

  return { sourceClass: asker, destinationClass: asked, flowClass: attempt };
}
