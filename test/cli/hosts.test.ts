import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { runCommand } from "../support/run-command.ts";

const folder = mkdtempSync(join(tmpdir(), "vethscope-hosts-"));
afterAll(() => rmSync(folder, { recursive: true }));
const file = join(folder, "ticket.txt");
const ipA = (address: string) =>
  `1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536\n    inet 127.0.0.1/8 scope host lo\n2: eth0: <BROADCAST,UP,LOWER_UP> mtu 1500\n    inet ${address}/24 scope global eth0\n`;
writeFileSync(file, `root@web1:~# ip a\n${ipA("192.0.2.1")}[root@web2 ~]# ip a\n${ipA("192.0.2.2")}`);

test("a text of several hosts is refused with their names, and read with --host", () => {
  expect(runCommand(["analyze", file])).toMatchObject({
    status: 3,
    stdout: "",
    stderr: `vethscope: ${file} holds the outputs of 2 hosts, web1, web2, which are not one snapshot; choose one with --host NAME\n`,
  });
  const chosen = runCommand(["analyze", file, "--host", "web2"]).stdout;
  expect(chosen).toContain("192.0.2.2/24");
  expect(chosen).not.toContain("192.0.2.1");
  expect(chosen).toContain("ticket.txt: the outputs of web1, another host");
});
