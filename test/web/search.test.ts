import { expect, test } from "vitest";
import { find, searchEntries } from "../../src/web/search.ts";
import { hostAnalysis } from "../support/fixtures.ts";

test.each([
  ["graf", "grafana"],
  ["172.20.1.4", "postgres"],
  ["6379", "cache"],
  ["53/udp", "dns"],
  ["docker0", "bridge"],
  ["shop_front", "shop_front"],
  ["192.168.50.10", "eth0"],
])("%s finds %s", async (query, name) => {
  const entries = searchEntries(await hostAnalysis("compose-docker28"));
  expect(find(entries, query, 8)[0]?.name).toBe(name);
});
