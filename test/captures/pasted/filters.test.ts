import { describe, expect, it } from "vitest";
import { readCommandLine } from "../../../src/captures/pasted/command-line.ts";
import { lossyFilter } from "../../../src/captures/pasted/filters.ts";

const lossOf = (command: string, lines = 5): string | null =>
  lossyFilter(readCommandLine(command).filters, "x\n".repeat(lines));

describe("a filter behind a command", () => {
  it.each([
    "iptables-save | grep -v '^#'",
    "iptables-save | egrep -v '^(#|$)'",
    "iptables-save | grep -Ev '^#|^$'",
    "iptables-save | grep -v -e '^#' -e '^$'",
    "iptables-save | grep -v '^\\s*#' | head -100",
    "ss -lntu | head -n 6",
    "ss -lntu | tail",
    "ip a | sed -n 1,260p",
    "ip a | sed -n '1,6p'",
    "docker inspect web | jq .",
    "docker network inspect a b | jq '.[]'",
    "ip a | cat",
    "ip a",
  ])("took nothing away that counts: %s", (command) => {
    expect(lossOf(command)).toBeNull();
  });

  it.each([
    ["ip a | grep -v veth", "| grep -v veth"],
    ["iptables-save | grep -v '^#' | grep DOCKER", "| grep DOCKER"],
    ["iptables-save | grep '^#'", "| grep ^#"],
    ["iptables-save | grep -v '#'", "| grep -v #"],
    ["iptables-save | grep -vE '^#|DROP'", "| grep -vE ^#|DROP"],
    ["ss -lntu | head -5", "| head -5"],
    ["ss -lntu | head -n 3", "| head -n 3"],
    ["ip a | sed -n 2,260p", "| sed -n 2,260p"],
    ["iptables-save | sort", "| sort"],
    ["docker inspect web | jq '.[0].Name'", "| jq .[0].Name"],
    ["sudo docker ps | awk '{print $1}'", "| awk {print $1}"],
  ])("may have: %s", (command, filter) => {
    expect(lossOf(command)).toBe(filter);
  });
});
