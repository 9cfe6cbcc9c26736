/** Stands for a blank or a sign that separates no words. */
const glue = "\u0000";

/** The words of a pipeline's commands; of several pipelines on a line only the first. */
export function splitStages(text: string): readonly (readonly string[])[] {
  const stages: string[][] = [[]];
  // What stands in `$(…)` is one word with what it touches: `--net=/proc/$(pidof x)/ns/net`.
  const joined = text.replace(/\$\([^()]{0,300}\)/g, (inner) => inner.replace(/[\s"'|;&]/g, glue));
  for (const [token] of joined.matchAll(
    /`[^`]{0,300}`|"(?:[^"\\]|\\.){0,300}"|'[^']{0,300}'|&&|\|\||[|;]|[^\s"'|;&]+|[&"']/g,
  )) {
    if (token === "&&" || token === "||" || token === ";" || token === "&") break;
    if (token === "|") stages.push([]);
    else
      stages.at(-1)?.push((/^["']/.test(token) && token.length > 1 ? token.slice(1, -1) : token).replaceAll(glue, " "));
  }
  return stages;
}
