import { expect, test } from "vitest";
import { tableState } from "../../../src/model/queries/nft-tables.ts";
import { nftRuleset } from "../../../src/parsers/nft-ruleset.ts";

const stateOf = (version: string | null, flags: unknown, name = "early") => {
  const text = JSON.stringify({
    nftables: [
      ...(version === null ? [] : [{ metainfo: { version } }]),
      { table: { family: "inet", name, handle: 1, ...(flags === undefined ? {} : { flags }) } },
    ],
  });
  const { data, notes } = nftRuleset.parse(text);
  expect(notes).toEqual([]);
  return tableState(data, { family: "inet", table: name });
};

test.each([
  ["1.1.6", undefined, "active"],
  ["1.1.6", [], "active"],
  ["1.1.6", ["dormant"], "dormant"],
  ["1.1.0", "dormant", "dormant"],
  ["1.1.0", "owner", "active"],
  ["1.1.6", ["owner", "persist"], "active"],
  ["1.0.6", ["dormant", "owner"], "dormant"],
  ["1.0.6", "early", "unclear"],
  ["1.0.6", "dormant", "dormant"],
  ["1.0.6", "owner", "active"],
  ["0.9.3", "early", "dormant"],
  [null, "early", "unclear"],
])("nft %s prints the flags %j: %s", (version, flags, state) => {
  expect(stateOf(version, flags)).toBe(state);
});

test("a table that is called like a flag", () => {
  expect(stateOf("1.0.6", "dormant", "dormant")).toBe("unclear");
  expect(stateOf("1.1.3", "owner", "owner")).toBe("active");
  expect(stateOf("1.1.3", "dormant", "dormant")).toBe("dormant");
});
