/**
 * The names that engines give: upstream `br-` and 12 digits of the network's id, `veth` and 7 digits by chance (libnetwork,
 * drivers/bridge/bridge_linux.go parseNetworkOptions; netutils.GenerateIfaceName); Synology `docker-` and 8, `docker` and 7.
 */
const namedById = /^(?:br-[0-9a-f]{12}|docker-[0-9a-f]{8})$/;

/** Whether an engine named a bridge by the id of its network. */
export const isNamedById = (bridge: string): boolean => namedById.test(bridge);

/** Whether an engine made and named a bridge itself: one with a name of the user's may have been there before. */
export const isNamedByDocker = (bridge: string): boolean =>
  bridge === "docker0" || bridge === "docker_gwbridge" || isNamedById(bridge);

/** Whether an engine gave a veth its name. */
export const isDockerVeth = (name: string): boolean => /^(?:veth|docker)[0-9a-f]{7}$/.test(name);

/** Fewer digits of an id may stand in a name by chance. */
const leastDigits = 8;

/** The digits that a name ends in, where they may be the beginning of a network's id; null for any other name. */
export function idInName(bridge: string): string | null {
  const digits = /(?:^|[^0-9a-f])([0-9a-f]+)$/.exec(bridge)?.[1] ?? "";
  return digits.length < leastDigits ? null : digits;
}
