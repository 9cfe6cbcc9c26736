import DOMPurify from "dompurify";

// Mermaid cleans labels with DOMPurify, which without a page has none of its functions. Nothing is drawn here, only parsed.
Object.assign(DOMPurify, { addHook: () => {}, sanitize: (text: string) => text });
const { default: mermaid } = await import("mermaid");
// The limit guards pages from others' diagrams; a large host is meant to be parsed.
mermaid.initialize({ maxEdges: 100_000, maxTextSize: 10_000_000 });

interface FlowDatabase {
  getVertices(): ReadonlyMap<string, { readonly id: string }>;
  getEdges(): readonly unknown[];
  getSubGraphs(): readonly unknown[];
}

/** What the real Mermaid makes of a text: its nodes by id, and how many links and boxes. Throws its complaint. */
export async function parseMermaid(text: string): Promise<{ vertices: string[]; edges: number; subgraphs: number }> {
  const diagram = await mermaid.mermaidAPI.getDiagramFromText(text);
  const database = diagram.db as unknown as FlowDatabase;
  return {
    vertices: [...database.getVertices().keys()],
    edges: database.getEdges().length,
    subgraphs: database.getSubGraphs().length,
  };
}
