import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { showRun } from "../support/run-command.ts";

/** Runs of the command, each compared with its golden file: what was typed, what came out, and how it ended. */
const runs: Readonly<Record<string, { readonly args: readonly string[]; readonly stdin?: string }>> = {
  "no-command": { args: [] },
  "unknown-command": { args: ["analyse"] },
  "unknown-option": { args: ["analyze", "--colour", "x"] },
  "missing-argument": { args: ["analyze"] },
  "unknown-format": { args: ["show", "x", "-f", "pdf"] },
  "no-such-file": { args: ["analyze", "no-such-host.zip"] },
  "empty-input": { args: ["analyze", "-"] },
  photo: { args: ["analyze", "-"], stdin: "\u0089PNG\r\n\u001a\n\u0000\u0000\u0000\rIHDR\u0000" },
  "truncated-zip": { args: ["analyze", "-"], stdin: "PK\u0003\u0004\u0014\u0000\u0000\u0000\b\u0000half a zip" },
  "no-captures": { args: ["analyze", "-"], stdin: "Dear support,\nit does not work.\n" },
  "analyze-ticket": { args: ["analyze", "test/cli/snapshots/ticket.txt"] },
  "analyze-stdin": { args: ["analyze", "-"], stdin: readFileSync("test/cli/snapshots/ticket.txt", "utf8") },
  "analyze-folder": { args: ["analyze", "test/cli/snapshots/folder"] },
  "analyze-colour": { args: ["analyze", "test/cli/snapshots/ticket.txt", "--color"] },
  "analyze-json": { args: ["analyze", "test/cli/snapshots/folder", "-f", "json"] },
  "check-nothing-to-go-on": { args: ["check", "-"], stdin: "nameserver 192.0.2.53\n" },
  "check-allow-skipped": {
    args: ["check", "-", "--only", "ip-forwarding-off", "--allow-skipped"],
    stdin: "nameserver 192.0.2.53\n",
  },
  "check-one": {
    args: ["check", "-", "--only", "bridge-port-limit"],
    stdin:
      "1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN group default\n    inet 127.0.0.1/8 scope host lo\n",
  },
  "show-mermaid": { args: ["show", "test/cli/snapshots/ticket.txt", "-f", "mermaid"] },
  "show-dot": { args: ["show", "test/cli/snapshots/ticket.txt", "-f", "dot"] },
  "cannot-write": { args: ["analyze", "test/cli/snapshots/ticket.txt", "-o", "no-such-folder/out.txt"] },
  "parse-list": { args: ["parse", "--list"] },
  "parse-unknown-kind": { args: ["parse", "ifconfig"] },
  "parse-brctl": {
    args: ["parse", "brctl-show"],
    stdin: "bridge name\tbridge id\t\tSTP enabled\tinterfaces\nbr0\t\t8000.000000000000\tno\t\t\n",
  },
  "parse-auto": { args: ["parse"], stdin: "nameserver 192.0.2.53\n" },
  "parse-auto-unknown": { args: ["parse"], stdin: "what is this?\n" },
  "parse-notes": { args: ["parse", "ip-route"], stdin: "default via 192.0.2.1 dev eth0\nthree wishes\n" },
  "parse-strict": { args: ["parse", "ip-route", "--strict"], stdin: "default via 192.0.2.1 dev eth0\nthree wishes\n" },
  "parse-print": { args: ["parse", "resolv-conf", "--print"], stdin: "nameserver   192.0.2.53\nsearch  example.org\n" },
  "parse-folder": { args: ["parse", "ip-addr", "test"] },
};

describe("runs of the command", () => {
  test.each(Object.entries(runs))("%s", async (name, { args, stdin }) => {
    await expect(await showRun(args, stdin)).toMatchFileSnapshot(`../golden/cli/${name}.txt`);
  });
});
