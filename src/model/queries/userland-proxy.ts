import type { Host } from "../host.ts";

/**
 * Whether the engine runs docker-proxy: daemon.json, else its rules, which spare loopback destinations in OUTPUT only when a
 * proxy serves them (moby, libnetwork/drivers/bridge/setup_ip_tables_linux.go). It does by default.
 */
export function runsProxy(host: Host): boolean {
  const told = host.engine.settings.userlandProxy;
  if (told !== null) return told;
  const [own] = host.namespaces;
  if (own?.iptables.known !== true) return true;
  const jumps = own.iptables.value.sets
    .flatMap(({ tables }) => tables.filter(({ name }) => name === "nat"))
    .flatMap(({ rules }) => rules)
    .filter(
      ({ chain, options }) =>
        chain === "OUTPUT" && options.some(({ name, values }) => name === "-j" && values[0] === "DOCKER"),
    );
  return (
    jumps.length === 0 || jumps.some(({ options }) => options.some(({ name, negated }) => name === "-d" && negated))
  );
}
