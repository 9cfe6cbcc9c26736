import { type Address, formatAddress, sameAddress } from "../lib/address.ts";
import type { Namespace } from "../model/host.ts";
import type { Reason } from "../reasons/reason.ts";
import { lookupRoute } from "./routing.ts";
import { forwards, interfaceSetting, readSetting, type Setting } from "./settings.ts";
import type { Stack } from "./types.ts";

/** What the host does about an address behind it that machines on a link ask for there, since it lies in the link's prefix. */
export type ProxyAnswer =
  | { readonly kind: "answers" | "silent"; readonly why: Reason; readonly assumes: readonly Reason[] }
  | { readonly kind: "unknown"; readonly why: Reason };

/**
 * Whether the host answers ARP or neighbour solicitations for an address that is not its own on that interface; null for one
 * that it does not lead elsewhere. It does for what it forwards to another interface: IPv4 with proxy_arp, or for a proxy entry
 * of `ip neigh` (net/ipv4/arp.c, arp_process and arp_fwd_proxy; proxy_arp_pvlan is about the same interface); IPv6 only with
 * proxy_ndp and an entry (net/ipv6/ndisc.c, ndisc_recv_ns).
 */
export function answersForOther(stack: Stack, device: string, address: Address, source: Address): ProxyAnswer | null {
  if (!leadsElsewhere(stack, device, address, source)) return null;
  const { family } = address;
  const setting = proxySetting(stack, device, family);
  const isProxied = stack.proxied.some((one) => one.device === device && sameAddress(one.address, address));
  const forwarding = forwards(stack, family, device);
  const text = formatAddress(address);
  const how = family === 4 ? "ARP" : "neighbour solicitation (NDP)";
  const asked = `machines on ${device} ask there by ${how} for ${text}`;
  if (forwarding.value !== 0 && (family === 4 ? setting.value === 1 || isProxied : setting.value === 1 && isProxied))
    return {
      kind: "answers",
      why: { code: "proxy-answers", namespace: stack.name, asked },
      assumes: forwarding.assumes,
    };
  if (family === 6 && setting.value === 1 && forwarding.value !== 0 && stack.proxied.length === 0) {
    return {
      kind: "unknown",
      why: { code: "proxy-entry-unknown", asked, namespace: stack.name, setting: setting.key },
    };
  }
  const off = forwarding.value === 0 ? `${forwarding.key} = 0` : describeOff(setting, family);
  const others = family === 4 ? "a proxy entry (ip neigh show proxy) or a program" : "a program like ndppd";
  return {
    kind: "silent",
    why: { code: "nobody-answers", asked, namespace: stack.name, off },
    assumes: [
      ...setting.assumes,
      ...forwarding.assumes,
      { code: "no-other-proxy", address: text, interface: device, others },
    ],
  };
}

/** `proxy_arp` and `proxy_ndp` count for an interface where they are on for it or for all (IN_DEV_ORCONF; ndisc_recv_ns). */
export function proxySetting(stack: Stack, device: string, family: 4 | 6): Setting {
  if (family === 4) return interfaceSetting(stack, device, "proxy_arp", 0);
  const key = (name: string) => `net.ipv6.conf.${name.replaceAll(".", "/")}.proxy_ndp`;
  const [own, all] = [readSetting(stack, [key(device)], 0), readSetting(stack, [key("all")], 0)];
  return all.value === 1 ? all : own;
}

const describeOff = ({ key, value }: Setting, family: 4 | 6): string =>
  family === 6 && value === 1 ? `${key} = 1, but it has no proxy entry for it` : `${key} = ${value}`;

/** For IPv6 also one's own addresses of other interfaces: an interface speaks only for those it has itself. */
function leadsElsewhere(stack: Stack, device: string, destination: Address, source: Address): boolean {
  const { results } = lookupRoute(stack, { destination, source, incoming: device, mark: 0 });
  return (
    results.length > 0 &&
    results.every(
      (result) =>
        (result.kind === "unicast" && result.device !== device) ||
        (result.kind === "local" && destination.family === 6),
    )
  );
}

/** The proxy entries of a namespace, as far as they were captured: `ip neigh` lists them only when it is asked for them. */
export function proxiedBy({ neighbours }: Namespace): Stack["proxied"] {
  const entries = neighbours.known ? neighbours.value.filter(({ flags }) => flags.includes("proxy")) : [];
  return entries.map(({ address, device }) => ({ address, device }));
}
