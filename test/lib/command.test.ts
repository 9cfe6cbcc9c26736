import { spawnSync } from "node:child_process";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Command, distinct, ownWord, pasteable, sh } from "../../src/lib/command.ts";
import { someOf } from "../support/extent.ts";
import { hostileText } from "../support/hostile.ts";
import { hasTool } from "../support/tools.ts";

const textOf = (command: Command): string | null => {
  const pasted = pasteable(command);
  return "text" in pasted ? pasted.text : null;
};
const whyNot = (command: Command): string => {
  const pasted = pasteable(command);
  return "withheld" in pasted ? pasted.withheld : "";
};

test("ordinary names stay as they are, and the rest is quoted", () => {
  expect(textOf(sh`sudo ip link set dev ${"eth0.10"} master ${"br-28feb3a9f564"} up`)).toBe(
    "sudo ip link set dev eth0.10 master br-28feb3a9f564 up",
  );
  expect(textOf(sh`echo ${"$(reboot)"}`)).toBe("echo '$(reboot)'");
  expect(textOf(sh`docker restart ${"a'b"}`)).toBe(`docker restart 'a'\\''b'`);
  expect(textOf(sh`ip a show dev ${"=ls"}`)).toBe("ip a show dev '=ls'");
});

test("text of our own is printed as it stands, also where it means something to the shell", () => {
  expect(textOf(sh`docker network inspect $(docker network ls -q)`)).toBe(
    "docker network inspect $(docker network ls -q)",
  );
  expect(textOf(sh`echo ${"net.ipv4.ip_forward"}=1 | sudo tee /etc/sysctl.d/99-docker.conf`)).toBe(
    "echo net.ipv4.ip_forward=1 | sudo tee /etc/sysctl.d/99-docker.conf",
  );
});

test("text that touches a foreign word belongs to it; numbers are words", () => {
  expect(textOf(sh`firewall-cmd --zone=${"a b"} --x=${3}`)).toBe("firewall-cmd '--zone=a b' --x=3");
  expect(textOf(sh`ss -lnp | grep ${`:${80} `}`)).toBe("ss -lnp | grep ':80 '");
});

test("a command in a template stands for its words, and an empty one for none", () => {
  const options = [sh`-i ${"eth 0"}`, sh`! -o ${"br0"}`];
  expect(textOf(sh`iptables ${sh``} -D X ${options} -j ${ownWord("DROP")}`)).toBe(
    "iptables -D X -i 'eth 0' ! -o br0 -j DROP",
  );
});

test("a template that glues text of ours with a meaning to a foreign word is refused", () => {
  expect(() => sh`echo "${"a"}"`).toThrow("shell syntax");
  expect(() => sh`echo ${"a"}; reboot`).toThrow("shell syntax");
  expect(() => sh`echo --x=${sh`-y`}`).toThrow("glued");
});

describe("a command is withheld, and says which name to put in", () => {
  test.each([
    ["--signal=KILL", "could be taken for an option"],
    ["!", "could be taken for an option"],
    ["a\nreboot", "holds characters that do not show"],
    ["a\u202eb", "holds characters that do not show"],
    ["a\u200bb", "holds characters that do not show"],
    ["a\u009b31mb", "holds characters that do not show"],
    ["a\ud800", "holds characters that do not show"],
    ["x".repeat(513), "has 513 characters"],
    ["", "is empty"],
  ])("%j", (name, why) => {
    const said = whyNot(sh`docker restart ${name} ${"web"}`);
    expect(said).toContain("docker restart NAME web, where NAME is ");
    expect(said).toContain(why);
    expect(said).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
    expect(said.length).toBeLessThan(250);
  });

  test("several names are told apart", () => {
    expect(whyNot(sh`docker network connect ${"-a"} ${"-b"}`)).toBe(
      'A command is withheld, put the name in yourself: docker network connect NAME1 NAME2, where NAME1 is "-a", which could be taken for an option and NAME2 is "-b", which could be taken for an option.',
    );
  });

  test("what of ours it begins with is no part of the name", () => {
    expect(textOf(sh`firewall-cmd --zone=${"-a"}`)).toBe("firewall-cmd --zone=-a");
    expect(whyNot(sh`firewall-cmd --zone=${"a\tb"}`)).toContain('firewall-cmd --zone=NAME, where NAME is "a\\tb"');
  });

  test("and too long as a whole: nothing is ever cut", () => {
    const words = Array.from({ length: 50 }, () => sh`${"y".repeat(50)}`);
    expect(whyNot(sh`docker restart ${words}`)).toBe("A command is withheld: it has 2564 characters.");
  });
});

test.each([
  ["a name that nft would read as more", sh`sudo nft delete rule ip ${"x;flush ruleset"} FORWARD handle 3`],
  ["a key that leaves /proc/sys", sh`sudo sysctl -w ${"net.ipv4.conf.//.//.etc.x"}=1`],
  ["a backslash for dash's echo", sh`echo ${"net.a\\nkernel.x=1"}=1 | sudo tee /etc/sysctl.d/99-docker.conf`],
])("withholds %s", (_, command) => expect(textOf(command)).toBeNull());

test("leaves what nft, sysctl and echo read as one", () => {
  expect(textOf(sh`sudo nft insert rule inet ${"my_fw"} ${"f.w-d"} iifname ${"br-0"} accept`)).not.toBeNull();
  expect(textOf(sh`sudo sysctl -w ${"net.ipv4.conf.eth0/100.rp_filter"}=2`)).not.toBeNull();
});

test("a list holds each command once", () => {
  expect(distinct([sh`a ${"b"}`, sh`a ${"c"}`, sh`a ${"b"}`]).map(textOf)).toEqual(["a b", "a c"]);
});

test.each(someOf(["dash", "bash", "busybox", "mksh"], 3).filter(hasTool))(
  "%s gets the very word, whatever it is",
  (shell) => {
    const text = fc.oneof(hostileText, fc.string({ unit: "binary-ascii", maxLength: 30 }));
    fc.assert(
      fc.property(fc.array(text, { minLength: 50, maxLength: 50 }), (names) => {
        const shown = names.filter((name) => textOf(sh`printf ${name}`) !== null);
        const script = shown.map((name) => textOf(sh`printf %s\\0 ${name}`)?.replace("%s\\0", "'%s\\0'")).join("\n");
        const args = shell === "busybox" ? ["sh"] : [];
        const { stdout } = spawnSync(shell, [...args, "-c", script], { encoding: "utf8" });
        expect(stdout).toBe(shown.map((name) => `${name}\0`).join(""));
      }),
      { numRuns: 20 },
    );
  },
);
