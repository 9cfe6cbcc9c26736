import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

/**
 * Who may make addresses and prefixes of texts: whoever reads what others wrote. In the host they are values, and everything
 * behind it works with those (`src/lib/address.ts`).
 */
const readers: Readonly<Record<string, string>> = {
  "src/lib/": "where reading is defined",
  "src/parsers/": "texts are read here",
  "src/model/build/": "records become values here",
  "src/firewall/compile/": "options of rules and entries of sets",
  "src/firewall/lookup/set-index.ts": "an option of a set",
  "src/trace/question.ts": "what a person asks",
  "src/trace/origin.ts": "what a person asks",
  "src/trace/resolve-name.ts": "what a person asks, and /etc/hosts",
  "src/policy/select/select.ts": "names of a policy that are addresses",
};

/** Those that still read texts of the host or of rules, and what has to be a value first. None is to be added. */
const rest: Readonly<Record<string, string>> = {
  "src/docker-rules/dnat-rules.ts": "targets of DNAT",
  "src/checks/nftables/match.ts": "nft's own JSON",
  "src/checks/firewall-backend/nft-backend-prerequisites.ts": "packets of the evaluation of nft's JSON",
  "src/dataplane/outside-candidates.ts": "constants",
  "src/diff/flows/named-ranges.ts": "constants",
  // Published ports.
  "src/model/queries/publications.ts": "published ports",
  "src/dataplane/service-addresses.ts": "published ports",
  "src/trace/docker-proxy.ts": "published ports",
  "src/reach/flow-classes/flow-classes.ts": "published ports",
  "src/diff/flows/targets.ts": "published ports",
  "src/checks/drift/publish-ip-not-on-host.ts": "published ports",
  "src/checks/exposure/sensitive-port-published-all.ts": "published ports",
  "src/checks/exposure/ipv6-containers-unfiltered.ts": "the text of a question",
  // Name servers.
  "src/checks/dns/resolver-inside-docker-subnet.ts": "name servers",
  "src/checks/addresses/subnet-shadows-route.ts": "name servers",
  // ServiceAddress and HostAddress have texts.
  "src/policy/judge/ask-service.ts": "addresses of services",
  "src/policy/judge/ways-used.ts": "addresses of services",
  "src/policy/judge/service-ways.ts": "what a person asks",
  "src/policy/judge/ask.ts": "addresses of services",
  "src/reach/flow-classes/describe-namespaces.ts": "addresses of the host",
  "src/diff/flows/host-places.ts": "addresses of the host",
  "src/checks/probes/outside.ts": "addresses to ask for",
  "src/checks/connectivity/input-blocks-container-to-host.ts": "addresses to ask for",
  "src/checks/exposure/host-firewall-bypassed.ts": "addresses to ask for",
  // Results are texts.
  "src/reporters/text/words.ts": "a result",
  "src/reporters/analysis/text/topology-tree.ts": "a result",
  // Constants.
  "src/checks/probes/switched.ts": "constants",
  "src/checks/subnets/move-network.ts": "constants",
  "src/checks/subnets/free-subnets.ts": "constants",
  "src/checks/bridge/docker-iface-managed-by-host.ts": "constants",
  "src/dataplane/given-interfaces.ts": "constants",
};

const files = readdirSync("src", { recursive: true, encoding: "utf8" })
  .map((name) => join("src", name))
  .filter((path) => /\.tsx?$/.test(path));
const parses = (path: string): boolean => /\bparse(Address|Prefix|PrefixedAddress)\b/.test(readFileSync(path, "utf8"));

test("addresses are read once: who comes after the model has values", () => {
  const others = files.filter(parses).filter((path) => !Object.keys(readers).some((place) => path.startsWith(place)));
  expect(others.toSorted()).toEqual(Object.keys(rest).toSorted());
});

test("no rows are left of files that read nothing any more", () => {
  const idle = Object.keys(readers).filter((place) => !files.some((path) => path.startsWith(place) && parses(path)));
  expect(idle).toEqual([]);
});
