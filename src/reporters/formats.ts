/**
 * What `-f` may ask for of each kind of result. Their reporters are in the registry of its folder, which the compiler holds to
 * these lists: who only names the formats, for help or a menu, need not load what writes them.
 */
export const analysisFormats = ["text", "json", "mermaid", "dot", "svg", "html", "markdown"] as const;
export type AnalysisFormat = (typeof analysisFormats)[number];

export const findingsFormats = ["text", "json", "markdown", "sarif", "junit"] as const;
export type FindingsFormat = (typeof findingsFormats)[number];

export const assertionsFormats = ["text", "json", "junit"] as const;
export type AssertionsFormat = (typeof assertionsFormats)[number];

export const comparisonFormats = ["text", "json", "markdown", "diff"] as const;
export type ComparisonFormat = (typeof comparisonFormats)[number];

export const answerFormats = ["text", "json", "ndjson"] as const;
export type AnswerFormat = (typeof answerFormats)[number];
