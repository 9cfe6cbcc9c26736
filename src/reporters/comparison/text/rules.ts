import { several } from "../../../lib/several.ts";
import { formatSource } from "../../../lib/source.ts";
import type { Comparison } from "../../../results/comparison.ts";
import type { Style } from "../../text/style.ts";
import { entryLines } from "../../trace/lines.ts";
import { type ChainReport, chainName, type EditReport, optionWords, ruleIn } from "../chains.ts";
import { placeIn } from "../place-in.ts";

const mostChains = 24;
const mostEdits = 10;

/** The chains that differ, each as a small diff with the rules' numbers. */
export function ruleLines({ chains }: Comparison, verbose: boolean, style: Style): string[] {
  const shown = verbose ? chains : chains.slice(0, mostChains);
  const more = chains.length - shown.length;
  return [
    ...shown.flatMap((chain) => chainLines(chain, verbose, style)),
    ...(more > 0 ? [`  ${style.quiet(`and ${several(more, "more chain")}; -v shows all`)}`] : []),
  ];
}

function chainLines(chain: ChainReport, verbose: boolean, style: Style): string[] {
  const { kind, policy, edits } = chain;
  const shown = verbose ? edits : edits.slice(0, mostEdits);
  const more = edits.length - shown.length;
  const head = kind === "changed" ? chainName(chain) : `${chainName(chain)}: the chain was ${kind}`;
  return [
    ...entryLines({ text: head, paint: style.strong, where: "", indent: 2, lead: "" }, style),
    ...(policy === null ? [] : [`    ${style.warn(`policy ${policy.before ?? "none"} → ${policy.after ?? "none"}`)}`]),
    ...shown.flatMap((edit) => editLines(chain, edit, style)),
    ...(more > 0 ? [`    ${style.quiet(`and ${more} more; -v shows all`)}`] : []),
  ];
}

function editLines(chain: ChainReport, edit: EditReport, style: Style): string[] {
  const { kind, before, after, options } = edit;
  const line = (place: EditReport["before"], sign: string, paint: (text: string) => string, remark = ""): string[] =>
    place === null
      ? []
      : entryLines(
          {
            text: ruleIn(chain, place.text),
            paint,
            ...(remark === "" ? {} : { remark }),
            where: placeIn(place === before ? "before" : "after", formatSource(place.source)),
            indent: 10,
            lead: `    ${paint(sign)}`,
          },
          style,
        );
  switch (kind) {
    case "added":
      return line(after, `+ ${after?.position}`, style.good);
    case "removed":
      return line(before, `- ${before?.position}`, style.bad);
    case "moved":
      return line(after, `> ${after?.position}`, style.sentence, `(it was rule ${before?.position})`);
    case "changed":
      if (options.length === 0)
        return [
          ...line(before, `- ${before?.position}`, style.bad),
          ...line(after, `+ ${after?.position}`, style.good),
        ];
      return [
        ...line(after, `~ ${after?.position}`, style.sentence),
        ...note(options.map(optionWords).join(", "), style),
      ];
  }
}

const note = (text: string, style: Style): string[] =>
  text === "" ? [] : entryLines({ text, paint: style.warn, where: "", indent: 12, lead: "" }, style);
