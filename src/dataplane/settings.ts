import type { Reason } from "../reasons/reason.ts";
import type { Stack } from "./types.ts";

/** A kernel setting that a decision rests on; `assumes` says so when its value was not captured. */
export interface Setting {
  readonly value: number;
  readonly key: string;
  readonly assumes: readonly Reason[];
}

/** `sysctl` prints the dots of an interface's name as slashes. */
export const interfaceKey = (name: string, setting: string): string =>
  `net.ipv4.conf.${name.replaceAll(".", "/")}.${setting}`;

/** The first of these keys that the snapshot holds, else the kernel's default, said to be assumed. */
export function readSetting(stack: Stack, keys: readonly [string, ...string[]], otherwise: number): Setting {
  for (const key of keys) {
    const text = stack.sysctl(key);
    if (text !== null) return { value: Number(text), key, assumes: [] };
  }
  return {
    value: otherwise,
    key: keys[0],
    assumes: [{ code: "setting-assumed", setting: keys[0], namespace: stack.name, value: otherwise }],
  };
}

/** An IPv4 setting of an interface, which is the larger one of its own and the one of `all` (IN_DEV_MAXCONF, IN_DEV_ORCONF). */
export function interfaceSetting(stack: Stack, name: string, setting: string, otherwise: number): Setting {
  const own = readSetting(stack, [interfaceKey(name, setting)], otherwise);
  const all = readSetting(stack, [`net.ipv4.conf.all.${setting}`], otherwise);
  if (own.assumes.length === 0 && own.value >= all.value) return own;
  if (all.assumes.length === 0 && (own.assumes.length === 0 || all.value > 0)) return all;
  return own;
}

/** Whether packets that came in by this interface are forwarded. The engine turns it on for the host; no container is a router. */
export function forwards(stack: Stack, family: 4 | 6, incoming: string): Setting {
  const otherwise = stack.isHost ? 1 : 0;
  if (family === 6) return readSetting(stack, ["net.ipv6.conf.all.forwarding"], otherwise);
  return readSetting(
    stack,
    [interfaceKey(incoming, "forwarding"), "net.ipv4.ip_forward", "net.ipv4.conf.all.forwarding"],
    otherwise,
  );
}
