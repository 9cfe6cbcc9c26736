import type { Fix } from "./check.ts";

/** The only parts of fixes that mean something to the shell; all are fixed text. */
const ownSyntax: readonly string[] = [
  " | sudo tee /etc/",
  " | sudo tee -a /etc/",
  "sudo ss -lnp | grep ",
  "docker network inspect $(docker network ls -q)",
  'nsenter -U --preserve-credentials -n -t "$(cat "$XDG_RUNTIME_DIR/docker.pid")" ip a',
];

/**
 * Whether a command does what it says when it is pasted into a shell. Names come out of snapshots whose authors may be hostile:
 * outside single quotes nothing may end a command, begin another one, or be expanded.
 */
export function isPasteable(command: string): boolean {
  const foreign = ownSyntax.reduce((rest, part) => rest.replace(part, " "), command);
  // In single quotes everything is a plain character, and only the next quote ends them; \' is how shellWord writes one.
  const unquoted = foreign.replace(/'[^']*'|\\'/g, "");
  return !/[;&|`$<>()\\'\p{Cc}]/u.test(unquoted);
}

/** The fix without commands that are not safe to paste; it says that one is missing. */
export function pasteableFix(fix: Fix): Fix {
  const commands = fix.commands.filter(isPasteable);
  if (commands.length === fix.commands.length) return fix;
  return {
    ...fix,
    commands,
    text: `${fix.text} (A command is withheld: a name in this snapshot is not safe to paste into a shell.)`,
  };
}
