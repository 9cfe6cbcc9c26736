import { flatten } from "../../src/operations/count-findings.ts";
import type { FindingsReport } from "../../src/results/findings.ts";
import type { Complaint } from "./complaint.ts";
import { about } from "./judge-outputs.ts";

/** Suggested commands that mean more to the shell than words do; all are fixed text but for the name of a file of ours. */
const whole: readonly RegExp[] = [
  /^echo [\w./=-]+ \| sudo tee (?:-a )?\/etc\/(?:sysctl\.d|modules-load\.d)\/[\w-]+\.conf$/,
  /^docker network inspect \$\(docker network ls -q\)$/,
  /^nsenter -U --preserve-credentials -n -t "\$\(cat "\$XDG_RUNTIME_DIR\/docker\.pid"\)" ip a$/,
];
const filter = /^sudo ss -lnp \| grep ('[^']*'|[\w:.-]+)$/;

/** Whether the shell takes every command of the findings for plain words that name no more than a person sees. */
export function judgeCommands(step: string, { findings }: FindingsReport): readonly Complaint[] {
  const commands = flatten(findings).flatMap(({ check, fix }) =>
    (fix?.commands ?? []).map((command) => ({ check, command })),
  );
  const unsafe = commands.filter(({ command }) => !isSafe(command));
  return unsafe
    .slice(0, 1)
    .map(({ check, command }) =>
      about(step, `suggests a command that is not safe to paste (${check})`, JSON.stringify(command).slice(0, 400)),
    );
}

export function isSafe(command: string): boolean {
  return whole.some((shape) => shape.test(command)) || filter.test(command) || isPlainWords(command);
}

/** Words of characters that mean nothing to a POSIX shell, or in single quotes; control characters nowhere. */
function isPlainWords(command: string): boolean {
  if (/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(command)) return false;
  const plain = String.raw`(?:[\w@%+=:,./^{}~!\p{L}\p{M}\p{N}-]|'[^']*'|\\['"\\])`;
  return new RegExp(`^${plain}+(?: +${plain}+)*$`, "u").test(command);
}
