import type { CaptureKind } from "./kinds.ts";
import { looksLikeKind } from "./recognise.ts";

/** What shells, sudo, iproute2, the iptables family, Docker and containers' runtimes say when a command does not run. */
const errors: readonly RegExp[] = [
  /\bnot found\s*$|^zsh: command not found/i,
  /\bpermission denied\b|\boperation not permitted\b|\bmust be root\b|\bnot permitted\b/i,
  /^cannot connect to the docker daemon|\bis the docker daemon running\b|^error during connect/i,
  /^error response from daemon|^error: no such|^no such (container|network|object)|executable file not found/i,
  /^(oci runtime|runc|exec|nsenter|sudo|doas|su)\b.*[:!]/i,
  /\b(no such (file or directory|device|process)|connection refused|cannot allocate memory|input\/output error)\b/i,
  /^(error|fatal|failed|permission denied)\b[: ]/i,
  /^(cannot|can't|could not|unable to) /i,
  /^RTNETLINK answers|^Object ".{0,80}" is unknown|^Device ".{0,80}" does not exist|^Cannot open netlink/,
  /^(ip6?tables|ipset|modprobe|nft|brctl|bridge|ip|ss|netstat|sysctl|cat|docker|podman)[\w-]{0,20}( v\S{1,20}( \(\w{1,20}\))?)?: /,
  /is not recognized as (an internal|the name of)|^docker: '.{0,80}' is not a docker command/i,
  /^usage: |^BusyBox v\S+ .*multi-call/i,
  /\b(password|terminal|tty) is required\b|^the input device is not a TTY|\bis not running\b|\bno answer within\b/i,
];

/** More lines than this are no error message; a program's whole help can be a little longer. */
const mostLines = 40;

/**
 * The error message that a text is instead of a command's output, or null. Output that only holds a warning stays output:
 * what looks like the kind is never an error.
 */
export function errorIn(text: string, kind: CaptureKind): string | null {
  if (text.length > 16_384 || looksLikeKind(text, kind)) return null;
  const lines = text
    .split("\n")
    .map((line) => line.trim().slice(0, 500))
    .filter((line) => line !== "" && line !== "[]");
  if (lines.length > mostLines || lines.some((line) => /^([{[*:]|-A )/.test(line))) return null;
  const found = lines.find((line) => errors.some((error) => error.test(line)));
  return found === undefined ? null : found.slice(0, 300);
}
