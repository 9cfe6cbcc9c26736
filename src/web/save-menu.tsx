import { type AnalysisFormat, analysisFormats } from "../reporters/formats.ts";
import type { Client } from "./client.ts";

const types: Readonly<Partial<Record<AnalysisFormat, { readonly ending: string; readonly type: string }>>> = {
  json: { ending: "json", type: "application/json" },
  svg: { ending: "svg", type: "image/svg+xml" },
  mermaid: { ending: "mmd", type: "text/plain" },
  dot: { ending: "dot", type: "text/plain" },
};

/** Saves a report in any of the command's formats, made by the same functions. */
export function SaveMenu({ client, name }: { readonly client: Client; readonly name: string }) {
  const save = async (format: AnalysisFormat) => {
    const { ending, type } = types[format] ?? { ending: "txt", type: "text/plain" };
    const text = await client.ask({ kind: "report", format });
    download(text, type, `${fileName(name)}.${ending}`);
  };
  return (
    <select
      class="save"
      aria-label="Save as"
      value=""
      onChange={({ currentTarget }) => {
        const format = analysisFormats.find((one) => one === currentTarget.value);
        currentTarget.value = "";
        if (format !== undefined) save(format);
      }}
    >
      <option value="" disabled>
        Save as …
      </option>
      {analysisFormats.map((format) => (
        <option key={format} value={format}>
          {format}
        </option>
      ))}
    </select>
  );
}

/** Saves the comparison as the command prints it. */
export function SaveComparison({ client, name }: { readonly client: Client; readonly name: string }) {
  const save = async () =>
    download(await client.ask({ kind: "comparison-json" }), "application/json", `${fileName(name)}-changes.json`);
  return (
    <button type="button" class="save" onClick={save}>
      Save as json
    </button>
  );
}

const fileName = (name: string): string => name.replace(/\.zip$/i, "").replace(/[^\w.-]+/g, "_");

function download(text: string, type: string, name: string): void {
  const url = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
