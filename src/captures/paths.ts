/** Files that desktops add to folders and zips. */
export function isJunk(path: string): boolean {
  return /(^|\/)(__MACOSX\/|\._|\.DS_Store$|Thumbs\.db$|desktop\.ini$|\.git\/)/i.test(path);
}

/** The folders of a snapshot itself (`snapshot-format`): their names mean something. */
const own = new Set(["captures", "netns"]);

/** The files as seen from the folder that they all lie in: `host1/captures/ip-addr.txt` becomes `captures/ip-addr.txt`. */
export function withoutTopFolder(files: ReadonlyMap<string, Uint8Array>): ReadonlyMap<string, Uint8Array> {
  let result = new Map([...files].filter(([path]) => !isJunk(path)));
  for (;;) {
    const tops = new Set([...result.keys()].map((path) => path.slice(0, path.indexOf("/") + 1)));
    const [top = ""] = tops;
    if (tops.size !== 1 || top === "" || own.has(top.slice(0, -1))) return result;
    result = new Map([...result].map(([path, bytes]) => [path.slice(top.length), bytes]));
  }
}
