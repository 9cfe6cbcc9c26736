import type { Analysis } from "../../analysis.ts";
import type { Finding, Skipped } from "../../checks/check.ts";
import type { Answer } from "../../reach/answer.ts";
import type { Format } from "../../reporters/registry.ts";

/** A file that a person dropped: its path inside the folder or zip, and its bytes. */
export interface DroppedFile {
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** What the page asks its worker. A request is answered once, by its id. */
export type Request =
  | { readonly kind: "open"; readonly name: string; readonly files: readonly DroppedFile[] }
  /** A snapshot that was packed into a report, as `report.ts` made it. */
  | { readonly kind: "open-packed"; readonly packed: Uint8Array }
  /** Runs the checks, which may take long on a large host: the page asks another worker than the one it asks the rest. */
  | { readonly kind: "findings" }
  | { readonly kind: "ask"; readonly from: string; readonly to: string }
  | { readonly kind: "exposure" }
  | { readonly kind: "matrix"; readonly network: string | null }
  | { readonly kind: "text"; readonly file: string }
  | { readonly kind: "report"; readonly format: Format };

export interface Envelope {
  readonly id: number;
  readonly request: Request;
}

export type Reply =
  | { readonly kind: "progress"; readonly id: number; readonly progress: Progress }
  | { readonly kind: "done"; readonly id: number; readonly result: unknown }
  | { readonly kind: "failed"; readonly id: number; readonly message: string };

export interface Progress {
  readonly what: string;
  readonly done: number;
  readonly of: number;
}

/** What each request is answered with. */
export interface Results {
  readonly open: Opened;
  readonly "open-packed": Opened;
  readonly findings: Findings;
  readonly ask: Answered;
  readonly exposure: Exposure;
  readonly matrix: Matrix;
  readonly text: FileText;
  readonly report: string;
}

/** Everything that is shown at once after a snapshot was read. */
export interface Opened {
  readonly name: string;
  readonly analysis: Analysis;
  /** Null until the checks were run. */
  readonly findings: Findings | null;
  /** What may stand in `from` and `to` of a question. */
  readonly from: readonly string[];
  readonly to: readonly string[];
  readonly networks: readonly string[];
  /** Whether the captures' text can be shown; a report may leave it out. */
  readonly hasText: boolean;
}

/** What the checks found, and which of them could not tell everything. */
export interface Findings {
  readonly found: readonly Finding[];
  readonly skipped: readonly Skipped[];
  readonly passed: number;
}

/** A bad question is no error: its message says what would fit. */
export type Answered = { readonly answer: Answer } | { readonly wrong: string };

export interface ExposureRow {
  readonly container: string;
  readonly protocol: string;
  readonly binding: string;
  readonly containerPort: number;
  readonly known: "engine" | "rules";
  readonly sources: Analysis["publishedPorts"][number]["sources"];
  readonly from: readonly { readonly origin: string; readonly to: string; readonly verdict: string }[];
}

export interface Exposure {
  readonly origins: readonly string[];
  readonly rows: readonly ExposureRow[];
}

export interface Matrix {
  readonly columns: readonly string[];
  readonly rows: readonly { readonly from: string; readonly cells: readonly MatrixCell[] }[];
  /** How many services and sources there are beyond those shown. */
  readonly more: { readonly rows: number; readonly columns: number };
}

export interface MatrixCell {
  readonly to: string;
  /** Null for a container and itself. */
  readonly verdict: string | null;
  readonly why: string;
}

export interface FileText {
  readonly pieces: readonly { readonly kind: string; readonly firstLine: number; readonly text: string }[];
}
