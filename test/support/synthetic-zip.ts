import JSZip from "jszip";
import { kindByName } from "../../src/captures/recognise.ts";
import { type Size, syntheticHost } from "./synthetic-host.ts";

/** A made-up host as the collector would have written it: a zip with its manifest. */
export async function syntheticZip(size: Size): Promise<Uint8Array> {
  const zip = new JSZip();
  const captures = [...syntheticHost(size)].map(([file, text]) => {
    const id = kindByName(file);
    const netns = /^netns\/([^/]+)\//.exec(file)?.[1] ?? null;
    const path = `${netns === null ? "captures" : `netns/${netns}`}/${id}.${file.split(".").at(-1)}`;
    zip.file(path, text);
    return { id, path, command: `${id}`, netns, exit: 0, ms: 10, bytes: text.length, truncated: false, why: null };
  });
  const manifest = {
    format: "vethscope-snapshot",
    version: 1,
    collector: "1.0.0",
    takenAt: "2026-11-23T02:00:00Z",
    finishedAt: "2026-11-23T02:00:02Z",
    host: { hostname: "dockerhost", kernel: "6.18.44", os: "Debian GNU/Linux 13" },
    user: { uid: 0, groups: ["root"] },
    captures,
  };
  zip.file("manifest.json", JSON.stringify(manifest));
  return zip.generateAsync({ type: "uint8array", compression: "DEFLATE" });
}
