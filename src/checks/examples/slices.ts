import { appnet, appnetAddresses, appnetPs, appnetRoutes, appnetRules29 } from "./appnet.ts";
import { addresses6, appnet6, openRules6, routes6 } from "./appnet6.ts";
import { replaced, without } from "./edit.ts";

/*
 * The host of `appnet.ts` whose network has a part of the uplink's own subnet: 192.168.50.128/25 of 192.168.50.0/24, without
 * source NAT, or 2001:db8:50:0:c::/80 of 2001:db8:50::/64.
 */

const cut = (text: string): string =>
  text
    .replaceAll("172.18.0.0/16", "192.168.50.128/25")
    .replaceAll(
      /172\.18\.0\.(\d)(\/16)?/g,
      (_, last: string, length?: string) => `192.168.50.${128 + Number(last)}${length === undefined ? "" : "/25"}`,
    )
    .replaceAll("172.18.255.255", "192.168.50.255");

const translated = {
  "docker-network-inspect": cut(appnet),
  "docker-ps": appnetPs,
  "ip-addr": cut(appnetAddresses),
  "ip-route": cut(appnetRoutes),
  "iptables-save": cut(appnetRules29),
};

/** With source NAT, as Docker makes it of its own accord. */
export const translatedSlice = { ...translated, sysctl: "net.ipv4.ip_forward = 1\nnet.ipv4.conf.all.proxy_arp = 0\n" };

/** Without; `sysctl` follows the line that turns forwarding on. */
export const slice = (sysctl: string) => ({
  ...translated,
  "docker-network-inspect": replaced(
    translated["docker-network-inspect"],
    '"Options": {}',
    '"Options": { "com.docker.network.bridge.enable_ip_masquerade": "false" }',
  ),
  "iptables-save": without(translated["iptables-save"], "-s 192.168.50.128/25"),
  sysctl: `net.ipv4.ip_forward = 1\n${sysctl}`,
});

const cut6 = (text: string): string =>
  text
    .replaceAll("2001:db8:c0:1::/64", "2001:db8:50:0:c::/80")
    .replaceAll(/2001:db8:c0:1::(\d)\/64/g, "2001:db8:50:0:c::$1/80")
    .replaceAll("2001:db8:c0:1::", "2001:db8:50:0:c::");

/** The same with IPv6. */
export const slice6 = (sysctl: string) => ({
  "docker-network-inspect": cut6(appnet6),
  "docker-ps": appnetPs,
  "ip-addr": cut6(addresses6),
  "ip-route": appnetRoutes,
  "ip6-route": cut6(routes6("2001:db8:c0:1")),
  "iptables-save": appnetRules29,
  "ip6tables-save": openRules6,
  sysctl: `net.ipv4.ip_forward = 1\nnet.ipv6.conf.all.forwarding = 1\n${sysctl}`,
});
