import { useState } from "preact/hooks";

/** Commands with a button that copies them; what is shown is what is copied. */
export function Copyable({ text }: { readonly text: string }) {
  const [copied, setCopied] = useState(false);
  const copy = () =>
    navigator.clipboard.writeText(text).then(
      () => setCopied(true),
      () => setCopied(false),
    );
  return (
    <div class="copyable">
      <pre>{text}</pre>
      {/* Not every browser has a clipboard for a page that lies on a disk; the text can be selected there. */}
      {navigator.clipboard !== undefined && (
        <button type="button" onClick={copy}>
          {copied ? "Copied" : "Copy"}
        </button>
      )}
    </div>
  );
}
