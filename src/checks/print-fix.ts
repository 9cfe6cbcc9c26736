import { pasteable } from "../lib/command.ts";
import type { Fix, PrintedFix } from "./check.ts";

/** The fix with its commands written down; of one that is withheld the text says what a person has to put in. */
export function printFix({ text, commands, cutsTraffic }: Fix): PrintedFix {
  const pasted = commands.map(pasteable);
  return {
    text: [text, ...new Set(pasted.flatMap((one) => ("withheld" in one ? [one.withheld] : [])))].join(" "),
    commands: pasted.flatMap((one) => ("text" in one ? [one.text] : [])),
    cutsTraffic,
  };
}
