import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { html, htmlStyle, htmlStyleHash } from "../../src/reporters/analysis/html.ts";
import { analysisNamed } from "../support/hostile.ts";

test("the policy names the hash of the style", () => {
  expect(htmlStyleHash).toBe(createHash("sha256").update(htmlStyle).digest("base64"));
});

test("the document has no script, and a hostile name adds no element to it", () => {
  const tags = (text: string) => [...text.matchAll(/<\/?([a-z][a-z0-9]*)/gi)].map((match) => match[1]);
  const hostile = html(analysisNamed('"><script>x</script><img src=x onerror=y>'), { width: 80, color: false });
  expect(tags(hostile)).not.toContain("script");
  expect(tags(hostile)).not.toContain("img");
  expect(new Set(tags(hostile))).toEqual(new Set(tags(html(analysisNamed("web"), { width: 80, color: false }))));
});
