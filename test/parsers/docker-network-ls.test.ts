import { describe, expect, it } from "vitest";
import { dockerNetworkLs } from "../../src/parsers/docker-network-ls.ts";
import { itObeysTheLaws } from "../support/parser-laws.ts";
import { parserSamples } from "../support/parser-samples.ts";

const samples = parserSamples("docker-network-ls");
const sample = (name: string) => samples.find((file) => file.name.startsWith(name))?.text ?? "";

describe("docker network ls", () => {
  itObeysTheLaws(
    dockerNetworkLs,
    samples.map(({ text }) => text),
  );

  it("reads rows and prints them byte for byte", () => {
    const { data, notes } = dockerNetworkLs.parse(sample("compose"));
    expect(notes).toEqual([]);
    expect(data).toHaveLength(6);
    expect(data[2]).toEqual({ line: 4, id: "63300d89d3c0", name: "monitoring", driver: "bridge", scope: "local" });
    expect(dockerNetworkLs.print(data)).toBe(sample("compose"));
  });

  it("reads rows whose columns are squeezed to one space", () => {
    const { data, notes } = dockerNetworkLs.parse(sample("squeezed"));
    expect(notes).toEqual([]);
    expect(data.map(({ name, driver }) => [name, driver])).toEqual([
      ["bridge", "bridge"],
      ["host", "host"],
      ["mynet", "bridge"],
      ["none", "null"],
    ]);
  });

  it("reads a name with spaces by the columns, and does not guess without them", () => {
    const rows = [{ line: 2, id: "935865833d99", name: "my own  näme 🐳", driver: "bridge", scope: "swarm" }];
    const text = dockerNetworkLs.print(rows);
    expect(dockerNetworkLs.parse(text)).toEqual({ data: rows, notes: [] });
    expect(dockerNetworkLs.parse(text.replace(/ +/g, " "))).toMatchObject({ data: [], notes: [{ line: 2 }] });
  });

  it("reads ids in full and swarm's", () => {
    const text = `NETWORK ID NAME DRIVER SCOPE\n${"a".repeat(64)} x bridge local\np8ul1pcjfkz5 y overlay swarm\n`;
    expect(dockerNetworkLs.parse(text).data).toHaveLength(2);
  });
});
