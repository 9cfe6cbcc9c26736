import fc from "fast-check";
import { expect, test } from "vitest";
import { packJson, unpackJson } from "../../src/lib/packed-json.ts";

test("whatever is packed comes back, numbers of any size and strings that look like them, too", () => {
  const marked = fc.string().map((text) => `\u0000${text}`);
  const leaf = fc.oneof(
    fc.bigInt(),
    fc.string(),
    marked,
    fc.constant("\u0000n7"),
    fc.boolean(),
    fc.integer(),
    fc.constant(null),
  );
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof(
      { maxDepth: 4 },
      leaf,
      fc.array(tie("tree")),
      fc.dictionary(fc.string(), tie("tree"), { noNullPrototype: true }),
    ),
  }));
  fc.assert(
    fc.property(tree, (value) => {
      expect(unpackJson(packJson(value))).toEqual(value);
    }),
  );
});
