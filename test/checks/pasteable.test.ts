import { spawnSync } from "node:child_process";
import fc from "fast-check";
import { expect, test } from "vitest";
import { isPasteable, pasteableFix } from "../../src/checks/pasteable.ts";
import { sh } from "../../src/checks/shell-word.ts";
import { hostileText } from "../support/hostile.ts";

test.each([
  "docker restart web; reboot",
  "ip link del $(reboot)",
  "ip link del `reboot`",
  'iptables -A x -m comment --comment "$HOME"',
  "a\nreboot",
  "a && b",
  "echo a > /etc/passwd",
  "echo x | sh",
  "ip link del 'a",
  "iptables -D x; sudo ip6tables -F",
])("withholds %s", (command) => {
  expect(isPasteable(command)).toBe(false);
  const fix = pasteableFix({ text: "Do it.", commands: ["ip a", command], cutsTraffic: false });
  expect(fix.commands).toEqual(["ip a"]);
  expect(fix.text).toContain("withheld");
});

test.each([
  "sudo iptables -t nat -D DOCKER ! -i docker0 -p tcp --dport 80 -j DROP",
  "sudo ss -lnp | grep ':80 '",
  'sudo nft insert rule inet f c iifname "br-0" accept',
  "docker network inspect $(docker network ls -q)",
])("leaves %s", (command) => expect(isPasteable(command)).toBe(true));

test("a word that was quoted for the shell is one word, and pasteable unless it holds control characters", () => {
  fc.assert(
    fc.property(hostileText, (name) => {
      const command = sh`echo ${name}`;
      const plain = !/\p{Cc}/u.test(name);
      if (plain) expect(isPasteable(command)).toBe(true);
    }),
    { numRuns: 300 },
  );
  const { stdout } = spawnSync("sh", ["-c", sh`printf %s ${"a'b; $(c)"}`], { encoding: "utf8" });
  expect(stdout).toBe("a'b; $(c)");
});
