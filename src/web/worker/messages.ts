import type { CheckReport } from "../../checks/check.ts";
import type { Source } from "../../lib/source.ts";
import type { AnalysisFormat } from "../../reporters/formats.ts";
import type { Analysis } from "../../results/analysis.ts";
import type { AnswerReport } from "../../results/answer.ts";
import type { Comparison, FlowReport } from "../../results/comparison.ts";

/** A file that a person dropped: its path inside the folder or zip, and its bytes. */
export interface DroppedFile {
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** A snapshot to open: dropped files, or what was packed into a report. */
export type OpenRequest =
  | {
      readonly kind: "open";
      readonly name: string;
      readonly files: readonly DroppedFile[];
      /** The host to read, where the files hold the outputs of several. */
      readonly host?: string;
    }
  | { readonly kind: "open-packed"; readonly packed: Uint8Array };

/** What the page asks its worker. A request is answered once, by its id. */
export type Request =
  | OpenRequest
  /** Compares two snapshots. The worker then holds the comparison and answers what follows of it. */
  | { readonly kind: "compare"; readonly before: OpenRequest; readonly after: OpenRequest }
  | { readonly kind: "flow"; readonly at: number }
  | { readonly kind: "comparison-json" }
  /** Runs the checks, which may take long on a large host: the page asks another worker than the one it asks the rest. */
  | { readonly kind: "findings" }
  | { readonly kind: "ask"; readonly from: string; readonly to: string }
  | { readonly kind: "exposure" }
  | { readonly kind: "matrix"; readonly network: string | null }
  | { readonly kind: "text"; readonly file: string }
  | { readonly kind: "report"; readonly format: AnalysisFormat };

export interface Envelope {
  readonly id: number;
  readonly request: Request;
}

export type WorkerReply =
  | { readonly kind: "progress"; readonly id: number; readonly progress: Progress }
  | { readonly kind: "done"; readonly id: number; readonly result: unknown }
  /** `hosts` are there to choose from, when the files hold the outputs of several. */
  | { readonly kind: "failed"; readonly id: number; readonly message: string; readonly hosts?: readonly string[] };

export interface Progress {
  readonly what: string;
  readonly done: number;
  readonly of: number;
}

/** What each request is answered with. */
export interface Results {
  readonly open: Opened;
  readonly "open-packed": Opened;
  readonly compare: Compared;
  readonly flow: FlowAnswers;
  readonly "comparison-json": string;
  readonly findings: CheckReport;
  readonly ask: Answered;
  readonly exposure: ShownExposure;
  readonly matrix: Matrix;
  readonly text: FileText;
  readonly report: string;
}

/** Everything that is shown at once after a snapshot was read. */
export interface Opened {
  readonly name: string;
  readonly analysis: Analysis;
  /** Null until the checks were run. */
  readonly findings: CheckReport | null;
  /** What may stand in `from` and `to` of a question. */
  readonly from: readonly string[];
  readonly to: readonly string[];
  readonly networks: readonly string[];
  /** Whether the captures' text can be shown; a report may leave it out. */
  readonly hasText: boolean;
}

/** A bad question is no error: its message says what would fit. */
export type Answered = { readonly answer: AnswerReport } | { readonly wrong: string };

export interface ExposureRow {
  readonly container: string;
  readonly protocol: string;
  readonly binding: string;
  readonly containerPort: number;
  readonly known: "engine" | "rules";
  readonly sources: Analysis["publishedPorts"][number]["sources"];
  readonly from: readonly { readonly origin: string; readonly to: string; readonly verdict: string }[];
}

export interface ShownExposure {
  readonly origins: readonly string[];
  /** Why other ports may be published; null where the snapshot tells of all. */
  readonly gap: string | null;
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
  /** Where it is reached: at the container's own address, or by a published port alone. */
  readonly via: "direct" | "published" | null;
  readonly why: string;
}

export interface FileText {
  readonly pieces: readonly { readonly kind: string; readonly firstLine: number; readonly text: string }[];
}

/**
 * A comparison as the page shows it at once. The traces of its flows stay in the worker until one is asked for: they are by
 * far the largest part.
 */
export type Compared = Omit<Comparison, "flows" | "chains"> & {
  readonly flows: readonly ComparedFlow[];
  readonly chains: readonly ComparedChain[];
};

export type ComparedFlow = Omit<FlowReport, "before" | "after"> & {
  readonly before: ComparedOutcome;
  readonly after: ComparedOutcome;
};

export interface ComparedOutcome {
  readonly state: FlowReport["before"]["state"];
  /** Null when there is nobody to ask, or nobody to be asked. */
  readonly verdict: AnswerReport["verdict"] | null;
}

/** The traces of one flow on both sides; null on a side where it cannot be. */
export interface FlowAnswers {
  readonly before: AnswerReport | null;
  readonly after: AnswerReport | null;
}

export type ComparedChain = Omit<Comparison["chains"][number], "lines"> & { readonly rows: readonly ChainRow[] };

/** A line of a chain's text diff; `skipped` stands for many that are the same. */
export type ChainRow =
  | { readonly kind: "same"; readonly text: string }
  | {
      readonly kind: "added" | "removed";
      readonly text: string;
      readonly source: Source;
      /** What else there is to say: that the rule is there on the other side, too. */
      readonly also: "moved" | "changed" | null;
    }
  | { readonly kind: "skipped"; readonly count: number };
