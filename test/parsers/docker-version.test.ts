import { describe, expect, it } from "vitest";
import { dockerVersion } from "../../src/parsers/docker-version.ts";
import { itObeysTheJsonLaws } from "../support/json-laws.ts";
import { parserSamples } from "../support/parser-samples.ts";
import { withoutLines } from "../support/without-lines.ts";

const samples = parserSamples("docker-version");
const sample = (name: string) => samples.find((file) => file.name.startsWith(name))?.text ?? "";
const parse = (text: string) => dockerVersion.parse(text);

describe("docker version", () => {
  describe("as JSON", () => {
    itObeysTheJsonLaws(dockerVersion, [sample("29.json")]);
  });

  it("reads JSON", () => {
    expect(parse(sample("29.json"))).toEqual({
      data: {
        line: 1,
        client: "28.2.2",
        server: "29.x-dev",
        apiVersion: "1.56",
        platform: "moby-master",
        os: "linux",
        kernel: "6.18.44",
        rootlesskit: null,
      },
      notes: [],
    });
  });

  const twenty = {
    line: 1,
    client: "20.10.24",
    server: "20.10.24",
    apiVersion: "1.41",
    platform: "Docker Engine - Community",
    os: "linux",
    kernel: null,
    rootlesskit: null,
  };

  it("reads the text, with its indentation or without", () => {
    const text = sample("20-text");
    expect(parse(text)).toEqual({ data: twenty, notes: [] });
    expect(parse(text.replace(/^ +/gm, "").replace(/ +/g, " "))).toEqual({ data: twenty, notes: [] });
  });

  it("reads the text of engines without components", () => {
    const text =
      "Client:\n Version:      17.03.2-ce\n\nServer:\n Version:      17.03.2-ce\n API version:  1.27 (minimum version 1.12)\n";
    expect(parse(text)).toMatchObject({
      data: { client: "17.03.2-ce", server: "17.03.2-ce", apiVersion: "1.27" },
      notes: [],
    });
  });

  it("reads the client alone, and notes that no engine answered", () => {
    const { data, notes } = parse(sample("28-text-no-engine"));
    expect(data).toEqual({
      line: 1,
      client: "28.2.2",
      server: null,
      apiVersion: null,
      platform: null,
      os: null,
      kernel: null,
      rootlesskit: null,
    });
    expect(notes).toMatchObject([{ line: 9, why: "not part of docker version's output" }]);
    expect(parse('{"Client":{"Version":"28.2.2"},"Server":null}').data).toEqual(data);
  });

  it.each(samples)("prints what it reads again: $name", ({ text }) => {
    const { data } = parse(text);
    expect(withoutLines(parse(dockerVersion.print(data)).data)).toEqual(withoutLines(data));
  });

  it("gives null for a text that holds no version", () => {
    expect(parse("docker: command not found")).toEqual({
      data: null,
      notes: [{ line: 1, text: "docker: command not found", why: "not part of docker version's output" }],
    });
    expect(parse("")).toEqual({ data: null, notes: [] });
  });
});
