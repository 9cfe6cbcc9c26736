import { isUnspecified } from "../../lib/address-class.ts";
import { formatPort, hostPart } from "../../lib/endpoint.ts";
import { hostWord, namespaceNameOf } from "../../model/namespace-id.ts";
import { servicesOf } from "../../model/queries/services.ts";
import { makeAsk } from "../../operations/ask.ts";
import { originsOf } from "../../reach/origins.ts";
import type { AnswerReport } from "../../results/answer.ts";
import { QuestionError } from "../../trace/answer.ts";
import type { Answered, Matrix, MatrixCell, ShownExposure } from "./messages.ts";
import type { Session } from "./session.ts";

/** Answers one question; a question that cannot be understood is answered with what is wrong with it. */
export function ask({ tracer }: Session, from: string, to: string, brief = false): Answered {
  try {
    return { answer: makeAsk(tracer)({ from, to }, { brief }) };
  } catch (error) {
    if (error instanceof QuestionError) return { wrong: error.message };
    throw error;
  }
}

/** Every published port, and whether it can be reached from outside, by each way in. */
export function exposure(session: Session): ShownExposure {
  const { host, tracer } = session;
  const origins = originsOf(tracer.dataplane).outside;
  const seen = new Set<string>();
  const rows = host.publishedPorts.flatMap((port) => {
    const { container, protocol, hostAddress, hostPort, containerPort, knownFrom, sources } = port;
    const shown = isUnspecified(hostAddress) ? "" : hostPart(hostAddress);
    const key = [container, protocol, shown, hostPort, containerPort].join(" ");
    if (seen.has(key)) return [];
    seen.add(key);
    const to = `${shown === "" ? hostWord : shown}:${formatPort({ protocol, port: hostPort })}`;
    const from = origins.map((origin) => ({ origin, to, verdict: verdictOf(ask(session, origin, to)) }));
    const binding = `${shown === "" ? "every address" : shown}:${hostPort}`;
    return [{ container, protocol, binding, containerPort, known: knownFrom, sources, from }];
  });
  return { origins, gap: host.publishedPortsGap, rows };
}

const verdictOf = (answered: Answered): string => ("answer" in answered ? answered.answer.verdict : "unknown");

/** Rows and columns of one table: more is no longer read by anybody. */
const most = { rows: 42, columns: 30 } as const;

/** Who can open a connection to whom, on one network or all. */
export function matrix(session: Session, network: string | null): Matrix {
  const { host } = session;
  const services = servicesOf(host).filter(({ networks }) => network === null || networks.includes(network));
  const members = new Set(services.map(({ container }) => namespaceNameOf(container)));
  const { outside, all } = originsOf(session.tracer.dataplane);
  const fixed = new Set([...outside, hostWord]);
  const onNetwork = (name: string) =>
    network === null ||
    members.has(name) ||
    host.containers.some((one) => namespaceNameOf(one.name) === name && isOn(session, one, network));
  const sources = all.filter((name) => fixed.has(name) || onNetwork(name));
  const columns = services.slice(0, most.columns);
  const rows = sources.slice(0, most.rows).map((from) => ({
    from,
    cells: columns.map(({ container, to }) =>
      namespaceNameOf(container) === from ? itself(to) : cellOf(session, from, to),
    ),
  }));
  return {
    columns: columns.map(({ to }) => to),
    rows,
    more: { rows: sources.length - rows.length, columns: services.length - columns.length },
  };
}

function isOn({ host }: Session, container: Session["host"]["containers"][number], network: string): boolean {
  return container.endpoints.some(({ networkId }) =>
    host.networks.some(({ id, name }) => id === networkId && name === network),
  );
}

const itself = (to: string): MatrixCell => ({ to, verdict: null, via: null, why: "itself" });

/** A name that cannot be looked up stands for all ways to ask, so that it does not hide what the network lets through. */
function cellOf(session: Session, from: string, to: string): MatrixCell {
  const answered = ask(session, from, to, true);
  if ("wrong" in answered) return { to, verdict: "unknown", via: null, why: answered.wrong };
  const { answer } = answered;
  return { to, verdict: answer.verdict, via: viaOf(answer), why: reasonOf(answer) };
}

/** How a service is reached: at its own address, or only at a port that is published for it; null where it is not. */
function viaOf({ verdict, ways }: AnswerReport): MatrixCell["via"] {
  if (verdict !== "delivered") return null;
  if (ways === undefined) return "direct";
  return ways.some(({ kind, reached }) => reached && kind === "direct") ? "direct" : "published";
}

function reasonOf({ verdict, because, deliveredTo }: AnswerReport): string {
  if (verdict === "delivered" && deliveredTo !== null) return `answered by ${deliveredTo.name}`;
  return because[0] ?? verdict;
}
