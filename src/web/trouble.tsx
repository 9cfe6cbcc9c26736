import { visible } from "../picture/measure.ts";

/** Hosts of which a text holds the outputs, and what to do once one was chosen. */
export interface HostChoice {
  readonly hosts: readonly string[];
  readonly choose: (host: string) => void;
}

/** What went wrong with what was dropped, and the hosts to choose from where it is of several. */
export function Trouble({ trouble, choice }: { readonly trouble: string; readonly choice: HostChoice | null }) {
  return (
    <>
      {trouble}
      {choice !== null && (
        <span class="hosts">
          {choice.hosts.map((host) => (
            <button type="button" key={host} onClick={() => choice.choose(host)}>
              {`Show ${visible(host)}`}
            </button>
          ))}
        </span>
      )}
    </>
  );
}
