import { rangeAsked } from "../../firewall/asked.ts";
import { compileIptables } from "../../firewall/compile/iptables/compile-rule-set.ts";
import { leadsTo } from "../../firewall/statements.ts";
import type { Host } from "../host.ts";

/**
 * Whether the engine runs docker-proxy: daemon.json, else its rules, which spare loopback destinations in OUTPUT only when a
 * proxy serves them (moby, libnetwork/drivers/bridge/setup_ip_tables_linux.go). It does by default.
 */
export function runsProxy(host: Host): boolean {
  const told = host.engine.settings.userlandProxy;
  if (told !== null) return told;
  const { own } = host;
  if (!own.iptables.known) return true;
  const jumps = own.iptables.value.sets
    .flatMap(compileIptables)
    .flatMap(({ name, chains }) => (name === "nat" ? (chains.get("OUTPUT")?.rules ?? []) : []))
    .filter((rule) => leadsTo(rule, "DOCKER"));
  return jumps.length === 0 || jumps.some((rule) => rangeAsked(rule, "destination", true) !== null);
}
