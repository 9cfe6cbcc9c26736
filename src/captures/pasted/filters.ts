/** The words of the programs that a command's output goes through: `grep -v ^#`, `head -20`. */
export type Filters = readonly (readonly string[])[];

const filters = /^([ef]?grep|rg|head|tail|awk|sed|cut|jq|sort|uniq|tr|wc)$/;

/** Of a pipeline's later commands those that may take something away. */
export const filtersIn = (stages: Filters): Filters => stages.filter(([name]) => filters.test(name ?? ""));

/** The filter that keeps an output from being whole, as it was typed; null where none took anything away that counts. */
export function lossyFilter(all: Filters, output: string): string | null {
  const lines = output.trimEnd().split("\n").length;
  const lossy = all.find((words) => !keepsAll(words, lines));
  return lossy === undefined ? null : `| ${lossy.join(" ")}`.slice(0, 80);
}

/** Whether a filter keeps all lines of an output of which so many are left: comments and blank lines are nothing that counts. */
function keepsAll([name = "", ...words]: readonly string[], lines: number): boolean {
  const text = words.join(" ");
  if (/grep$/.test(name)) return isWithoutComments(words) || text === ".";
  if (name === "jq") return /^(-[CMS]+ )?\.(\[\])?$/.test(text);
  // As many lines as were asked for may be a part.
  const most = mostLines(name, text);
  return most !== null && lines < most;
}

/** `grep -v '^#'`, `grep -Ev '^(#|$)'`, `grep -v -e '^\s*#' -e '^$'`. */
function isWithoutComments(words: readonly string[]): boolean {
  const patterns = words.filter((word) => !/^-[Eev]+$/.test(word));
  const inverts = words.some((word) => /^-[Ee]*v[Ee]*$/.test(word));
  const isComment = (pattern: string): boolean =>
    pattern.split("|").every((one) => /^\(?\^?\(?(\\s\*|\[\[:space:\]\]\*| \*)?(#|\$)\)?$/.test(one)) &&
    /^\(?\^/.test(pattern);
  return inverts && patterns.length > 0 && patterns.every(isComment);
}

/** How many lines `head -20`, `head -n 20`, `tail -n20` and `sed -n 1,20p` let pass. */
function mostLines(name: string, text: string): number | null {
  const number =
    name === "head" || name === "tail"
      ? /^-(?:n ?)?(\d+)$/.exec(text)?.[1]
      : name === "sed"
        ? /^-n 1,(\d+)p$/.exec(text)?.[1]
        : undefined;
  if (number === undefined) return (name === "head" || name === "tail") && text === "" ? 10 : null;
  return Number(number);
}
