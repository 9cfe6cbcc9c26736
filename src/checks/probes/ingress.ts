import { chainsFrom } from "../../docker-rules/reachable.ts";
import { indexRuleSet, placeOf, type RuleSetIndex } from "../../docker-rules/rule-set-index.ts";
import { natOf } from "../../firewall/asked.ts";
import { sh } from "../../lib/command.ts";
import type { Host } from "../../model/host.ts";
import type { Observation, Skip } from "../check.ts";
import { skip } from "../skip.ts";
import { hostSubject, restartDocker, some, surenessOf } from "../words.ts";

/**
 * DOCKER-INGRESS translates services' ports, and PREROUTING has to lead to it. The engine makes it, in nat and in filter, with
 * the first service that publishes a port, on every node that has the ingress network (moby, libnetwork/service_linux.go,
 * programIngress, the same from v1.12.6 to v28).
 */
export function* ingressCutOff(host: Host): Iterable<Observation | Skip> {
  const book = indexRuleSet(host, 4);
  if (!book.known || !book.value.chains.has(placeOf("nat", "PREROUTING"))) return;
  const ingress = book.value.chains.get(placeOf("nat", "DOCKER-INGRESS"));
  if (ingress === undefined) yield* chainMissing(host, book.value);
  else if (book.value.doubts.length === 0 && !chainsFrom(book.value, "nat", "PREROUTING").includes(ingress)) {
    const translating = ingress.rules.filter((rule) => natOf(rule)?.kind === "destination");
    if (translating.length === 0) return;
    const prerouting = book.value.chains.get(placeOf("nat", "PREROUTING"));
    yield {
      subject: { kind: "chain", name: "nat PREROUTING" },
      message: `nat PREROUTING does not lead to DOCKER-INGRESS, whose ${translating.length === 1 ? "rule translates" : `${translating.length} rules translate`} the ports that services publish: from outside they do not answer on this node.`,
      evidence: [
        ...(prerouting === undefined ? [] : [prerouting.source]),
        ...translating.slice(0, 3).map(({ source }) => source),
      ],
      sureness: "proven",
      fix: {
        text: "Put the jump back.",
        commands: [sh`sudo iptables -t nat -I PREROUTING -m addrtype --dst-type LOCAL -j DOCKER-INGRESS`],
        cutsTraffic: false,
      },
      causedBy: [{ check: "docker-chains-missing" }],
    };
  }
}

/** Only tasks of services that publish a port are on the ingress network; which services there are is in no capture. */
function* chainMissing(host: Host, book: RuleSetIndex): Iterable<Observation | Skip> {
  const network = host.networks.find(({ ingress }) => ingress);
  if (network === undefined || host.engine.settings.iptables === false) return;
  const tasks = host.containers.filter(
    ({ running, endpoints }) => running !== false && endpoints.some(({ networkId }) => networkId === network.id),
  );
  if (tasks.length === 0) {
    yield skip(
      "nat has no chain DOCKER-INGRESS: right as long as no service publishes a port, and services are not captured",
      "docker service ls",
    );
    return;
  }
  yield {
    subject: hostSubject(host),
    message: `nat has no chain DOCKER-INGRESS, though ${some(tasks.map(({ name }) => name))} ${tasks.length === 1 ? "is" : "are"} on ${network.name}, so that services publish ports: from outside they do not answer on this node.`,
    evidence: [
      ...[book.chains.get(placeOf("nat", "PREROUTING"))].flatMap((chain) =>
        chain === undefined ? [] : [chain.source],
      ),
      ...network.sources.slice(0, 1),
      ...tasks.slice(0, 3).flatMap(({ sources }) => sources.slice(0, 1)),
    ],
    sureness: surenessOf(book, "strong"),
    fix: restartDocker,
    causedBy: [{ check: "docker-chains-missing" }],
  };
}
