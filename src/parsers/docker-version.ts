import * as z from "zod";
import { textOrNull } from "./go-json.ts";
import { holdsJson, printJson, readJson } from "./json.ts";
import { linesToRead } from "./lines.ts";
import type { Note, Parsed, Parser } from "./parser.ts";

/** From `docker version` (JSON or text): the client's and, where it answered, the engine's version. */
export interface DockerVersion {
  readonly line: number;
  readonly client: string | null;
  readonly server: string | null;
  readonly apiVersion: string | null;
  readonly platform: string | null;
  readonly os: string | null;
  readonly kernel: string | null;
  /** What a rootless engine runs in, and what passes published ports in to it (moby daemon/info_unix.go fillRootlessVersion). */
  readonly rootlesskit: { readonly version: string | null; readonly portDriver: string | null } | null;
}

// The shape and the text: docker/cli cli/command/system/version.go (v20.10, v29), which fills it from moby's
// api/types (`Version`).
const versionSchema = z.object({
  Client: z.object({ Version: textOrNull }).nullish(),
  Server: z
    .object({
      Platform: z.object({ Name: textOrNull }).nullish(),
      Version: textOrNull,
      ApiVersion: textOrNull,
      Os: textOrNull,
      KernelVersion: textOrNull,
      Components: z
        .array(
          z.object({
            Name: textOrNull,
            Version: textOrNull,
            Details: z.object({ PortDriver: textOrNull }).nullish(),
          }),
        )
        .nullish(),
    })
    .nullish(),
});

function parseJson(text: string, firstLine: number): Parsed<DockerVersion | null> {
  const json = readJson(text, firstLine);
  const [element, ...others] = json.elements;
  for (const other of others) json.note(other, "one version was read already");
  const version = element === undefined ? null : json.check(versionSchema, element, element);
  if (element === undefined || version === null) return json.parsed(null);
  const server = version.Server ?? null;
  const rootlesskit = server?.Components?.find(({ Name }) => Name === "rootlesskit");
  return json.parsed({
    line: json.lineOf(element),
    client: version.Client?.Version ?? null,
    server: server?.Version ?? null,
    apiVersion: server?.ApiVersion ?? null,
    platform: server?.Platform?.Name ?? null,
    os: server?.Os ?? null,
    kernel: server?.KernelVersion ?? null,
    rootlesskit:
      rootlesskit === undefined
        ? null
        : { version: rootlesskit.Version, portDriver: rootlesskit.Details?.PortDriver ?? null },
  });
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/**
 * The text for people: `Client:` and `Server:`, each with `name: value` lines; the server's stand under one heading for each
 * of its components (`Engine:`, `containerd:`, …), of which the engine is the one that counts. Engines before 18 have no such
 * headings. Indentation is not looked at.
 */
function parseText(text: string, firstLine: number): Parsed<DockerVersion | null> {
  const notes: Note[] = [];
  let version: Mutable<DockerVersion> | null = null;
  let part: "client" | "server" | null = null;
  let component = "Engine";
  for (const line of linesToRead(text, notes, firstLine)) {
    const entry = line.text.trim();
    const colon = entry.indexOf(":");
    const [name, value] = colon > 0 ? [entry.slice(0, colon), entry.slice(colon + 1).trim()] : ["", ""];
    if (name === "Client" || name === "Server") {
      version ??= { line: line.number, ...nothing };
      part = name === "Client" ? "client" : "server";
      component = "Engine";
      if (part === "server") version.platform = value || null;
    } else if (version !== null && part === "server" && name !== "" && value === "") {
      component = name;
      if (name === "rootlesskit") version.rootlesskit = { version: null, portDriver: null };
    } else if (version !== null && part !== null && (component !== "Engine" || knownNames.has(name))) {
      if (component === "Engine") readField(version, part, name, value);
      else if (component === "rootlesskit" && version.rootlesskit !== null) {
        if (name === "Version") version.rootlesskit = { ...version.rootlesskit, version: value || null };
        if (name === "PortDriver") version.rootlesskit = { ...version.rootlesskit, portDriver: value || null };
      }
    } else if (entry !== "") {
      notes.push({ line: line.number, text: line.text, why: "not part of docker version's output" });
    }
  }
  return { data: version, notes };
}

const nothing = {
  client: null,
  server: null,
  apiVersion: null,
  platform: null,
  os: null,
  kernel: null,
  rootlesskit: null,
};

const knownNames = new Set([
  ...["Version", "API version", "Go version", "Git commit", "Built", "OS/Arch", "Context", "Experimental"],
  ...["Cloud integration", "Orchestrator"],
]);

function readField(version: Mutable<DockerVersion>, part: "client" | "server", name: string, value: string): void {
  if (name === "Version") version[part] = value || null;
  if (part === "client") return;
  // "1.41 (minimum version 1.12)", "linux/amd64"
  if (name === "API version") version.apiVersion = value.split(" ")[0] || null;
  if (name === "OS/Arch") version.os = value.split("/")[0] || null;
}

function printVersion({ client, server, apiVersion, platform, os, kernel, rootlesskit }: DockerVersion): unknown {
  const answered = [server, apiVersion, platform, os, kernel, rootlesskit].some((fact) => fact !== null);
  return {
    Client: { Version: client ?? "" },
    Server: answered
      ? {
          Platform: { Name: platform ?? "" },
          Version: server ?? "",
          ApiVersion: apiVersion ?? "",
          Os: os ?? "",
          KernelVersion: kernel ?? "",
          ...(rootlesskit === null
            ? {}
            : {
                Components: [
                  {
                    Name: "rootlesskit",
                    Version: rootlesskit.version ?? "",
                    Details: { PortDriver: rootlesskit.portDriver ?? "" },
                  },
                ],
              }),
        }
      : null,
  };
}

/** Reads `docker version`, as JSON or as text. Null when the text holds neither. */
export const dockerVersion: Parser<DockerVersion | null> = {
  parse: (text, firstLine = 1) => (holdsJson(text) ? parseJson(text, firstLine) : parseText(text, firstLine)),
  print: (version) => (version === null ? "" : printJson(printVersion(version))),
};
