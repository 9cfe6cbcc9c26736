import { useEffect, useMemo, useState } from "preact/hooks";
import { visible } from "../../picture/measure.ts";
import type { Client } from "../client.ts";
import { useLink } from "../links.tsx";
import { nodesOnWay } from "../path-highlight.ts";
import { useContent } from "../use-content.ts";
import type { Answered, Opened } from "../worker/messages.ts";
import { AnswerText, arrives } from "./answer.tsx";
import { PictureView } from "./picture.tsx";

interface Props {
  readonly client: Client;
  readonly opened: Opened;
  readonly from: string;
  readonly to: string;
}

/** Asks for a packet's way, shows it in the picture, and lists it rule by rule. */
export function TraceView({ client, opened, from, to }: Props) {
  const link = useLink();
  const content = useContent(opened);
  const [answered, setAnswered] = useState<Answered | null>(null);
  useEffect(() => {
    setAnswered(null);
    if (from === "" || to === "" || to.endsWith(":")) return;
    let stale = false;
    client.ask({ kind: "ask", from, to }).then(
      (result) => stale || setAnswered(result),
      (error: Error) => stale || setAnswered({ wrong: error.message }),
    );
    return () => {
      stale = true;
    };
  }, [client, from, to]);
  const answer = answered !== null && "answer" in answered ? answered.answer : null;
  const way = useMemo(
    () => (answer === null ? null : { nodes: nodesOnWay(answer, opened.analysis.topology), arrives: arrives(answer) }),
    [answer, opened],
  );
  return (
    <div class="split">
      <PictureView
        content={content}
        chosen={null}
        way={way}
        onChoose={(node) => location.assign(link({ view: "picture", node }))}
      />
      <section class="side" aria-label="Trace">
        <Question opened={opened} from={from} to={to} />
        <div aria-live="polite">
          {answered !== null && "wrong" in answered && <p class="wrong">{visible(answered.wrong, 2000)}</p>}
          {answer !== null && <AnswerText answer={answer} hasText={opened.hasText} />}
        </div>
      </section>
    </div>
  );
}

function Question({ opened, from, to }: Omit<Props, "client">) {
  const link = useLink();
  const [typedFrom, setFrom] = useState(from);
  const [typedTo, setTo] = useState(to);
  useEffect(() => {
    setFrom(from);
    setTo(to);
  }, [from, to]);
  const onSubmit = (event: Event) => {
    event.preventDefault();
    location.assign(link({ view: "trace", from: typedFrom.trim(), to: typedTo.trim() }));
  };
  return (
    <form class="question" onSubmit={onSubmit}>
      <label>
        From
        <input
          required
          value={typedFrom}
          onInput={({ currentTarget }) => setFrom(currentTarget.value)}
          list="trace-from"
          placeholder="container, host, outside, address"
          autocomplete="off"
          spellcheck={false}
        />
      </label>
      <label>
        To
        <input
          required
          value={typedTo}
          onInput={({ currentTarget }) => setTo(currentTarget.value)}
          list="trace-to"
          placeholder="db:3306, host:8080, 1.1.1.1:53/udp"
          autocomplete="off"
          spellcheck={false}
        />
      </label>
      <button type="submit">Trace</button>
      <datalist id="trace-from">
        {opened.from.map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
      <datalist id="trace-to">
        {opened.to.map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
    </form>
  );
}
