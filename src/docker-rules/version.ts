/** An engine's version; a part that is no number (`29.x-dev`) is null. */
export interface EngineVersion {
  readonly text: string;
  readonly major: number;
  readonly minor: number | null;
  readonly patch: number | null;
}

/** Reads `28.5.2+dfsg4`, `20.10.24`, `29.x-dev`; null when it does not begin with a number and a dot. */
export function parseVersion(text: string | null): EngineVersion | null {
  const match = /^v?(\d+)\.(\d+|x)(?:\.(\d+))?/.exec(text ?? "");
  if (text === null || match === null) return null;
  const minor = Number(match[2]);
  return {
    text,
    major: Number(match[1]),
    minor: Number.isNaN(minor) ? null : minor,
    patch: match[3] === undefined ? null : Number(match[3]),
  };
}

/** Whether a version is the given one or later; null when its numbers do not tell. */
export function isAtLeast(version: EngineVersion, major: number, minor: number, patch = 0): boolean | null {
  if (version.major !== major) return version.major > major;
  if (version.minor === null) return minor === 0 && patch === 0 ? true : null;
  if (version.minor !== minor) return version.minor > minor;
  if (patch === 0) return true;
  return version.patch === null ? null : version.patch >= patch;
}
