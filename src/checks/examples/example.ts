import type { CaptureKind } from "../../captures/kinds.ts";

/** A few lines of raw capture text for each kind, read by the real parsers: documentation and test at once. */
export interface Example {
  /** What this shows, in a few words; for a look-alike, why it is none. */
  readonly name: string;
  readonly captures: Readonly<Partial<Record<CaptureKind, string>>>;
  /** Captures inside containers. */
  readonly netns?: Readonly<Record<string, Readonly<Partial<Record<CaptureKind, string>>>>>;
  /** Other checks that rightly find something in this example, too. */
  readonly alsoFinds?: readonly string[];
  /** Where the check cannot tell, and has to be skipped: of good examples only. */
  readonly skipped?: true;
}

/** What a check finds something in, and what looks alike and is in order. */
export interface Examples {
  readonly bad: readonly Example[];
  readonly good: readonly Example[];
}
