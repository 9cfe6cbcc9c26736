import { type Command, sh } from "../../lib/command.ts";
import type { Source } from "../../lib/source.ts";
import type { Host } from "../host.ts";

/** A kernel setting as the snapshot holds it. */
export interface Switch {
  readonly key: string;
  readonly value: string;
  readonly sources: readonly Source[];
}

/** A setting of the host's own namespace, or null when it is not in the snapshot. */
export function switchOf(host: Host, key: string): Switch | null {
  const sysctls = host.own.sysctls;
  if (!sysctls.known || !Object.hasOwn(sysctls.value, key)) return null;
  const found = sysctls.value[key];
  return found === undefined ? null : { key, ...found };
}

/** A setting of an interface; `sysctl` prints the dots of its name as slashes. */
export const interfaceSwitch = (host: Host, family: 4 | 6, name: string, setting: string): Switch | null =>
  switchOf(host, `net.ipv${family}.conf.${name.replaceAll(".", "/")}.${setting}`);

/** `net.ipv4.conf.eth0/100.rp_filter` as `sysctl -w` wants it. */
export const asCommand = (key: string, value: string): Command => sh`sudo sysctl -w ${key}=${value}`;
