// Checks the expressions of the source that are not in `safe.txt` yet, and brings it up to date: `npm run expressions`.
import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { findExpressions } from "./find.ts";
import { whatIsWrong } from "./recheck.ts";

const list = "test/expressions/safe.txt";
const expressions = findExpressions("src");
const known = new Set(readFileSync(list, "utf8").split("\n"));
for (const expression of expressions.filter(({ text }) => !known.has(text))) {
  const wrong = whatIsWrong(expression);
  // At once: the checker may need a minute for one, and a person may end it.
  if (wrong === null) appendFileSync(list, `${expression.text}\n`);
  else process.stderr.write(`${expression.files.join(", ")}: ${expression.text}: ${wrong}\n`);
}
const safe = new Set(readFileSync(list, "utf8").split("\n"));
const kept = expressions.filter(({ text }) => safe.has(text)).map(({ text }) => `${text}\n`);
writeFileSync(list, kept.sort().join(""));
