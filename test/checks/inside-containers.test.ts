import { describe, expect, it } from "vitest";
import { containerOwnFirewall } from "../../src/checks/connectivity/container-own-firewall.ts";
import { listenerLoopbackOnly } from "../../src/checks/connectivity/listener-loopback-only.ts";
import { publishedPortNotListening } from "../../src/checks/connectivity/published-port-not-listening.ts";
import { embeddedDnsRulesMissing } from "../../src/checks/dns/embedded-dns-rules-missing.ts";
import { runChecks } from "../../src/checks/run-checks.ts";
import { rebuildHost } from "../../src/operations/analyze.ts";
import { hostNames, hostSnapshot } from "../support/fixtures.ts";

const checks = [listenerLoopbackOnly, publishedPortNotListening, containerOwnFirewall, embeddedDnsRulesMissing];

/** What somebody broke inside the containers of one bundled host; nobody touched the containers of the others. */
const broken: Readonly<Record<string, readonly string[]>> = {
  "inside-docker28": [
    "error listener-loopback-only lo",
    "warning container-own-firewall alias",
    "warning container-own-firewall guard",
    "warning published-port-not-listening mute",
  ],
};

describe.each(hostNames)("inside the containers of %s", (name) => {
  it("finds what was broken there and nothing else", async () => {
    const snapshot = await hostSnapshot(name);
    const { findings } = runChecks(rebuildHost(snapshot), snapshot, checks);
    expect(findings.map(({ severity, check, subject }) => `${severity} ${check} ${subject.name}`)).toEqual(
      broken[name] ?? [],
    );
    for (const { evidence } of findings) for (const { quote } of evidence) expect(quote).not.toBe("");
  });
});
