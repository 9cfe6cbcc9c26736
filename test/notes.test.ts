import { describe, expect, test } from "vitest";
import { analyze } from "../src/operations/analyze.ts";
import { reporters } from "../src/reporters/analysis/registry.ts";
import { hostSnapshot } from "./support/fixtures.ts";

/* The host `notes`: outputs as somebody pasted them, in pieces, with prompts and remarks, of different moments. What its
   about.md says it must still give, sentence by sentence. */

const analysis = analyze(await hostSnapshot("notes"));
const text = reporters.text(analysis, { width: 100, color: false });
const { nodes } = analysis.topology;
const messages = (list: readonly { readonly subject: string; readonly message: string }[]) =>
  list.map(({ subject, message }) => `${subject}: ${message}`);

describe("a person's notes", () => {
  test("docker0 with veth4866e91, behind which nstest sits: each end names the other", () => {
    expect(nodes.find(({ id }) => id === "port:veth4866e91")).toMatchObject({
      bridge: "docker0",
      pairing: {
        kind: "paired",
        container: "nstest",
        method: "both-ends",
        certainty: "certain",
        reason: "veth4866e91 names interface 7, and eth0 of nstest names interface 8",
      },
    });
    expect(text).toContain("└─ veth4866e91  nstest  172.17.0.2  02:42:ac:11:00:02  both ends");
  });

  test("nstest2, whose host end is in no capture", () => {
    const message = "nstest2: the host's end of its eth0 (interface 10) is in no capture";
    expect(messages(analysis.quality.contradictions)).toContain(message);
    expect(text).toContain(message);
  });

  test("the user network mynet, down and without ports", () => {
    const bridge = nodes.find(({ id }) => id === "bridge:br-ed7da300a506");
    expect(bridge).toMatchObject({
      up: true,
      carrier: false,
      state: "DOWN",
      owner: "docker",
      networks: [{ name: "mynet" }],
    });
    expect(nodes.filter((node) => node.type === "port" && node.bridge === "br-ed7da300a506")).toEqual([]);
    expect(text).toMatch(
      /├─ br-ed7da300a506 {2}mynet +172\.18\.0\.0\/16 gw 172\.18\.0\.1 {2}no carrier +STP off\n├─ lxdbr0/,
    );
  });

  test("the foreign bridge lxdbr0", () => {
    expect(nodes.find(({ id }) => id === "bridge:lxdbr0")).toMatchObject({
      owner: "foreign",
      stp: false,
      networks: [],
    });
    expect(text).toMatch(/lxdbr0 +not Docker's/);
  });

  test("the embedded DNS of tool with its two ports", () => {
    expect(analysis.resolvers.find(({ namespace }) => namespace === "tool")).toMatchObject({
      setup: "embedded",
      knownFrom: "rules",
      embeddedPorts: { tcp: 39527, udp: 35031 },
      sources: [
        { file: "netns/tool/iptables_save.txt", line: 12 },
        { file: "netns/tool/iptables_save.txt", line: 13 },
      ],
    });
    expect(text).toMatch(/embedded DNS {2}127\.0\.0\.11 .*listens on tcp 39527, udp 35031\n.*\n +tool\n/);
  });

  test("web's resolver", () => {
    expect(analysis.resolvers.find(({ namespace }) => namespace === "web")).toMatchObject({
      setup: "embedded",
      knownFrom: "resolv-conf",
      nameservers: ["127.0.0.11"],
      options: ["edns0", "trust-ad", "ndots:0"],
    });
    expect(text).toMatch(/embedded DNS {2}127\.0\.0\.11 .*options edns0 trust-ad ndots:0\n +web\n/);
  });

  test("what is missing: the host's own rules were never captured, and more", () => {
    expect(analysis.quality.captures.filter(({ state }) => state === "absent")).toMatchObject([
      { kind: "iptables-save", netns: null, why: "not captured" },
    ]);
    expect(messages(analysis.quality.gaps)).toEqual(
      expect.arrayContaining([
        "the host's iptables rules: iptables-save is absent: not captured",
        "network bridge: docker network inspect was not captured for it",
        "ip_a.txt: not whole: | grep docker; what is missing in it is not known",
      ]),
    );
    expect(text).toContain("1 capture absent\n    iptables-save: not captured");
  });

  test("what contradicts itself in time: db's address without a port on the bridge", () => {
    const message = "db: it has 172.18.0.2, an address of mynet, but the engine lists no such endpoint there";
    expect(messages(analysis.quality.contradictions)).toEqual(
      expect.arrayContaining([message, "db: the host's end of its eth0 (interface 39) is in no capture"]),
    );
    expect(text).toContain(message);
    expect(text).toMatch(/no endpoint captured {2}db 172\.18\.0\.2, {2}nstest2 172\.17\.0\.3/);
  });

  test("what is no output stands among the lines that were not understood", () => {
    expect(analysis.quality.notes.map(({ file, line }) => `${file}:${line}`)).toEqual([
      "brctl_show.txt:3",
      "ip_a.txt:6",
    ]);
  });
});
