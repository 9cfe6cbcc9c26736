import type { RuleSetIndex } from "../docker-rules/rule-set-index.ts";
import { isUnspecified } from "../lib/address-class.ts";
import { sh } from "../lib/command.ts";
import { formatEndpoint } from "../lib/endpoint.ts";
import { enumerate } from "../lib/enumerate.ts";
import type { Host, PublishedPort } from "../model/host.ts";
import type { Fix, Need, Subject, Sureness } from "./check.ts";

/** The rules of the host's firewall, in whatever form they were captured. */
export const rulesNeed: Need = [
  "iptables-save",
  "iptables-nft-save",
  "iptables-legacy-save",
  "ip6tables-save",
  "nft-ruleset",
];

/** `filter FORWARD`; `filter FORWARD (IPv6)`. */
export const chainName = (family: 4 | 6, table: string, chain: string): string =>
  `${table} ${chain}${family === 6 ? " (IPv6)" : ""}`;

/** The host as a subject; one for all findings about the host as a whole, so that causes find them. */
export const hostSubject = (host: Host): Subject => ({ kind: "host", name: host.name });

/** The host's side of a published port, or of a rule for one. */
type HostPort = Pick<PublishedPort, "hostAddress" | "hostPort"> & { readonly protocol: string };

/** `8080/tcp` for all addresses of either family, `127.0.0.1:6379/tcp`, `[::1]:80/tcp`: the host's side of a published port. */
export function portName({ hostAddress, hostPort, protocol }: HostPort): string {
  if (isUnspecified(hostAddress)) return `${hostPort}/${protocol}`;
  return `${formatEndpoint(hostAddress, hostPort)}/${protocol}`;
}

/** The same for a sentence, where it matters that it is about IPv6. */
export const portLabel = (port: HostPort): string =>
  `${portName(port)}${port.hostAddress.family === 6 && isUnspecified(port.hostAddress) ? " (IPv6)" : ""}`;

/** Docker writes all its rules anew when it starts; containers stop meanwhile unless live-restore is on. */
export const restartDocker: Fix = {
  text: 'Let Docker write its rules again, and stop whatever removed them; with "live-restore": true in daemon.json containers keep running meanwhile.',
  commands: [sh`sudo systemctl restart docker`],
  cutsTraffic: true,
};

/** A rule that is not in an incomplete text may be there all the same. */
export const surenessOf = ({ doubts }: RuleSetIndex, sure: Sureness = "proven"): Sureness =>
  doubts.length > 0 ? "hint" : sure;

/** `a`, `a and b`, `a, b and 3 more`. */
export const some = (names: readonly string[], most = 4): string => enumerate(names, most);

export const count = (number: number, one: string, many = `${one}s`): string =>
  `${number} ${number === 1 ? one : many}`;
