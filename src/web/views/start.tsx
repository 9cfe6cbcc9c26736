import { useRef } from "preact/hooks";
import { Notices } from "../notices.tsx";
import { type HostChoice, Trouble } from "../trouble.tsx";
import type { Progress } from "../worker/messages.ts";

interface Props {
  readonly trouble: string | null;
  readonly choice: HostChoice | null;
  readonly progress: Progress | null;
  readonly onFiles: (files: readonly File[]) => void;
}

/** What the page shows before a snapshot was dropped, and while one is read. */
export function Start({ trouble, choice, progress, onFiles }: Props) {
  const zips = useRef<HTMLInputElement>(null);
  const folder = useRef<HTMLInputElement>(null);
  const chosen = ({ currentTarget }: { readonly currentTarget: HTMLInputElement }) => {
    const files = [...(currentTarget.files ?? [])];
    currentTarget.value = "";
    if (files.length > 0) onFiles(files);
  };
  return (
    <main class="start">
      <h1>vethscope</h1>
      <p>
        The network inside a Docker host, from a snapshot of it. Everything happens in this page: nothing leaves your
        machine.
      </p>
      <div class="drop">
        {progress === null ? (
          <>
            <p>Drop a snapshot here: a zip, a folder, or files with the outputs of commands.</p>
            <p class="actions">
              <button type="button" onClick={() => zips.current?.click()}>
                Choose files
              </button>
              <button type="button" onClick={() => folder.current?.click()}>
                Choose a folder
              </button>
            </p>
          </>
        ) : (
          <Reading progress={progress} />
        )}
      </div>
      {trouble !== null && (
        <p class="wrong" role="alert">
          <Trouble trouble={trouble} choice={choice} />
        </p>
      )}
      <input ref={zips} type="file" multiple hidden aria-label="Snapshot files" onChange={chosen} />
      <input
        ref={folder}
        type="file"
        hidden
        aria-label="Snapshot folder"
        onChange={chosen}
        {...{ webkitdirectory: true }}
      />
      <h2>Take a snapshot</h2>
      <pre>vethscope collect | ssh host 'sh -s -- -o -' &gt; host.zip</pre>
      <Notices />
    </main>
  );
}

function Reading({ progress }: { readonly progress: Progress }) {
  return (
    <div class="reading" role="status">
      <progress value={progress.done} max={progress.of} aria-label="Reading the snapshot" />
      <p>{`${progress.what} …`}</p>
    </div>
  );
}
