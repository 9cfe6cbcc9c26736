import { linesToRead } from "./lines.ts";
import type { Note, Parser } from "./parser.ts";

/** One kernel setting, from `sysctl`: `net.ipv4.ip_forward = 1`. */
export interface Sysctl {
  readonly line: number;
  /** With dots between the parts; dots inside an interface's name are printed as `/` by sysctl and kept so. */
  readonly key: string;
  readonly value: string;
}

/**
 * Reads `sysctl` (procps src/sysctl.c, busybox procps/sysctl.c): `key = value`, a line each; a value of several lines is
 * printed as several lines with the key. A value may be empty or hold tabs and is kept as it stands. Lines of `sysctl.conf`
 * (`key=value`) and of `grep . /proc/sys/…` (`path:value`) are read too.
 */
export const sysctl: Parser<readonly Sysctl[]> = {
  parse(text, firstLine) {
    const data: Sysctl[] = [];
    const notes: Note[] = [];
    for (const { number, text: line } of linesToRead(text, notes, firstLine)) {
      const setting = readSetting(line);
      if (setting !== null) {
        data.push({ line: number, ...setting });
      } else if (line.trim() !== "") {
        const refused = line.startsWith("sysctl: ");
        const why = refused ? "sysctl could not read this setting" : "not a line of the form key = value";
        notes.push({ line: number, text: line, why });
      }
    }
    return { data, notes };
  },
  print: (settings) => settings.map(({ key, value }) => `${key} = ${value}\n`).join(""),
};

function readSetting(text: string): Omit<Sysctl, "line"> | null {
  if (text.includes("\r")) return null;
  const [, path, pathValue = ""] = /^\s*\/proc\/sys\/([\w./@:-]+?)(?: ?[:=] ?| )(.*)$/s.exec(text) ?? [];
  if (path !== undefined) return { key: keyOfPath(path), value: pathValue };
  const [, key, value = ""] = /^\s*([a-z][\w-]*[./]\S*?)(?: = |\s*=\s*)(.*)$/s.exec(text) ?? [];
  if (key === undefined) return null;
  // The first separator tells the notation, as for sysctl itself: `net/ipv4/conf/eth0.5/rp_filter`.
  return { key: /^[^.]*\//.test(key) ? keyOfPath(key) : key, value };
}

const keyOfPath = (path: string): string => path.replace(/[./]/g, (char) => (char === "." ? "/" : "."));
