import type { Source } from "../lib/source.ts";
import type { CaptureKind } from "./kinds.ts";
import type { Manifest } from "./manifest.ts";

/** What is known of every capture, whatever became of it. */
interface CaptureBase {
  readonly kind: CaptureKind;
  /** The container in whose network namespace it was taken; null for the host's. */
  readonly netns: string | null;
  /** The path inside the snapshot; for an absent capture the path it would have. Never used to open a file. */
  readonly file: string;
}

/** A capture with text to read. Several captures of one kind can exist, when somebody pasted an output in pieces. */
export interface CaptureOk extends CaptureBase {
  readonly state: "ok";
  readonly text: string;
  /** The number, in `file`, of the first line of `text`. */
  readonly firstLine: number;
  /** Whether it is not whole: cut at the collector's size or time limit, or narrowed by a person (`| grep docker`). */
  readonly truncated: boolean;
  /** What a person should know about how it was taken or read; absent when nothing is special. */
  readonly note?: string;
}

/** A command that ran and failed, or whose text is an error message. */
export interface CaptureFailed extends CaptureBase {
  readonly state: "failed";
  readonly why: string;
}

/** A command that was not run or not there, or a core capture that nobody took. */
export interface CaptureAbsent extends CaptureBase {
  readonly state: "absent";
  readonly why: string;
}

/** An output in whose place a later one of the same command is read. */
export interface CaptureReplaced extends CaptureBase {
  readonly state: "replaced";
  readonly text: string;
  readonly firstLine: number;
  readonly why: string;
  /** Lines, of either output, in which the two differ in more than counters and times. */
  readonly differs: readonly Source[];
}

export type Capture = CaptureOk | CaptureFailed | CaptureAbsent | CaptureReplaced;

/** A file of the snapshot that is no capture we know, and why it was not read. */
export interface UnreadFile {
  readonly file: string;
  readonly why: string;
}

/** All that was read from a zip, a folder or a file, before any parsing. */
export interface Snapshot {
  readonly manifest: Manifest | null;
  readonly captures: readonly Capture[];
  readonly unread: readonly UnreadFile[];
}

/** The snapshot itself is unusable: not a zip, too large, hostile, or empty. `message` is one line for a person. */
export class SnapshotError extends Error {
  override readonly name: string = "SnapshotError";
}

/** A text holds the outputs of several hosts: each is a snapshot of its own, and one has to be chosen. */
export class SeveralHostsError extends SnapshotError {
  override readonly name = "SeveralHostsError";
  readonly hosts: readonly string[];

  constructor(message: string, hosts: readonly string[]) {
    super(message);
    this.hosts = hosts;
  }
}
