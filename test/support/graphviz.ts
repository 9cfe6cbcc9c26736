import { spawnSync } from "node:child_process";

/** What the real `dot` makes of a text: how many nodes and edges it lays out. Throws its complaint, warnings included. */
export function drawDot(text: string): { nodes: number; edges: number } {
  const { status, stdout, stderr } = spawnSync("dot", ["-Tplain"], { input: text, encoding: "utf8" });
  if (status !== 0 || stderr !== "") throw new Error(`dot: ${stderr}`);
  const lines = stdout.split("\n");
  const count = (word: string) => lines.filter((line) => line.startsWith(`${word} `)).length;
  return { nodes: count("node"), edges: count("edge") };
}
