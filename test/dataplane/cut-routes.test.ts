import { describe, expect, it } from "vitest";
import { makeTracer } from "../../src/trace/trace.ts";
import { hostOf } from "../support/host-of.ts";
import { ipA, link } from "../support/raw-captures.ts";
import { inWords } from "../support/said.ts";

const addresses = ipA(link("2: eth0", { inet: ["192.168.1.5/24"] }), link("3: lan0", { inet: ["10.9.0.1/24"] }));
const listing = [
  "default via 192.168.1.1 dev eth0 proto static",
  "10.9.0.0/24 dev lan0 proto kernel scope link src 10.9.0.1",
  "192.168.1.0/24 dev eth0 proto kernel scope link src 192.168.1.5",
  "",
];
const trace = (routes: string, to: string) =>
  inWords(
    makeTracer(hostOf({ "ip_a.txt": addresses, "iptables_save.txt": "", "routes.txt": routes })).trace({
      from: "host",
      to,
    }),
  );

describe("a listing of routes of which a part was printed", () => {
  const part = `$ ip route | grep default\n${listing[0]}\n`;

  it("leaves what follows from the addresses", () => {
    const { steps, assumes } = trace(part, "10.9.0.7:80");
    expect(steps.map(({ text }) => text).join("\n")).toContain("lan0");
    expect(assumes).toContain(
      "routes.txt is not whole: the IPv4 routes that it may lack are derived from the addresses",
    );
  });

  it("counts where it says something", () => {
    expect(
      trace(part, "203.0.113.9:80")
        .steps.map(({ text }) => text)
        .join("\n"),
    ).toContain("via 192.168.1.1 out of eth0");
  });

  it("a whole one is all there is", () => {
    const whole = trace(`$ ip route\n${listing.slice(1).join("\n")}`, "203.0.113.9:80");
    expect(whole).toMatchObject({ verdict: "unroutable" });
    expect(whole.assumes.join()).not.toContain("not whole");
  });
});
