// The command waits for this file before all else, and an `import` of node:fs loads its promises and streams with it.
const { lstatSync, mkdirSync } = process.getBuiltinModule("node:fs");
const { homedir } = process.getBuiltinModule("node:os");
const { isAbsolute, join } = process.getBuiltinModule("node:path");

/**
 * Lets Node (22.8 and later) keep this command's compiled code, so that it starts faster the next time. Whoever can write such a
 * folder decides what runs: Node's own choice is a name in the folder for temporary files that everybody may take first, so it is a
 * folder of ours that nobody else may write, or none. Whatever goes wrong, the command runs all the same.
 * NODE_DISABLE_COMPILE_CACHE=1 turns it off, NODE_COMPILE_CACHE names another folder (Node, doc/api/module.md).
 */
export function keepCompiled(): void {
  const { enableCompileCache } = process.getBuiltinModule("node:module") as {
    enableCompileCache?: (folder: string) => unknown;
  };
  if (enableCompileCache === undefined) return;
  try {
    const folder = cacheFolder(process.env["XDG_CACHE_HOME"], homedir());
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    if (isOurs(folder)) enableCompileCache(folder);
  } catch {
    // There is no home, or nothing can be written in it.
  }
}

/** By the XDG Base Directory Specification: a path that is not absolute does not count. */
const cacheFolder = (named: string | undefined, home: string): string =>
  join(named !== undefined && isAbsolute(named) ? named : join(home, ".cache"), "vethscope");

/** Whether it is a folder, no link to one, that belongs to this user alone. Windows has no such numbers; a home is private there. */
export function isOurs(folder: string): boolean {
  const found = lstatSync(folder);
  const user = process.geteuid?.();
  return found.isDirectory() && (user === undefined || (found.uid === user && (found.mode & 0o022) === 0));
}
