import { userChain } from "../../docker-rules/rule-set-index.ts";
import { formatAddress } from "../../lib/address.ts";
import { isPublic } from "../../lib/address-class.ts";
import { type Command, distinct, sh } from "../../lib/command.ts";
import { formatEndpoint } from "../../lib/endpoint.ts";
import type { Host } from "../../model/host.ts";
import { isLocalOnly, type Publication, publications } from "../../model/queries/publications.ts";
import { type CheckContext, defineCheck, type Observation } from "../check.ts";
import {
  decidingLines,
  type Exposure,
  exposuresOf,
  firewallIsKnown,
  proxyLines,
  untoldAboutStrangers,
} from "../probes/exposure.ts";
import { portName, rulesNeed, some } from "../words.ts";

/** Services that are meant for few, by the port that they listen on inside the container. */
const services: Readonly<Record<string, string>> = {
  "1433/tcp": "Microsoft SQL Server",
  "1521/tcp": "Oracle",
  "2181/tcp": "ZooKeeper",
  "2375/tcp": "the Docker API without TLS",
  "2379/tcp": "etcd",
  "3306/tcp": "MySQL",
  "5432/tcp": "PostgreSQL",
  "5672/tcp": "AMQP",
  "5984/tcp": "CouchDB",
  "6379/tcp": "Redis",
  "8086/tcp": "InfluxDB",
  "9042/tcp": "Cassandra",
  "9092/tcp": "Kafka",
  "9200/tcp": "Elasticsearch",
  "9300/tcp": "Elasticsearch",
  "11211/tcp": "memcached",
  "11211/udp": "memcached",
  "15672/tcp": "RabbitMQ's management",
  "27017/tcp": "MongoDB",
};

export const sensitivePortPublishedAll = defineCheck({
  id: "sensitive-port-published-all",
  severity: "warning",
  sureness: "strong",
  category: "exposure",
  title: "A database or administration port is published for everybody",
  why: "`-p 5432:5432` publishes on every address of the host, past ufw and other rules for the host's own services: whoever reaches the host reaches the database.",
  fix: 'Publish on loopback (`-p 127.0.0.1:5432:5432`), or not at all: containers of one network reach each other without. `"ip": "127.0.0.1"` in daemon.json makes loopback the default of the default bridge, default-network-opts that of others. What has to stay published can be narrowed in DOCKER-USER.',
  sources: [
    "https://docs.docker.com/engine/network/port-publishing/",
    "https://github.com/moby/moby/issues/22054",
    "CIS Docker Benchmark, binding incoming container traffic to a specific host interface",
  ],
  needs: ["docker-network-inspect", "ip-addr", rulesNeed],
  *run(context) {
    for (const port of publications(context.host)) {
      const service = services[`${port.containerPort}/${port.protocol}`];
      if (service === undefined || isLocalOnly(port)) continue;
      yield* untoldAboutStrangers(context);
      if (firewallIsKnown(context.host)) yield* judge(context, port, service);
    }
  },
});

function* judge(context: CheckContext, port: Publication, service: string): Iterable<Observation> {
  const exposures = exposuresOf(context, port);
  if (exposures.length === 0) return;
  const open = exposures.filter(({ address }) => isPublic(address));
  const places = exposures.map(({ address }) => formatEndpoint(address, port.hostPort));
  const behind = [...new Set(exposures.map(({ uplink }) => uplink.name))];
  const listening = exposures.some(({ answer }) => answer.assumes.some(({ code }) => code === "listener-assumed"));
  yield {
    subject: { kind: "published-port", name: portName({ ...port, hostAddress: port.addresses[0] }) },
    message: `${port.container} publishes ${service} (its port ${port.containerPort}/${port.protocol}): anything behind ${some(behind)} reaches it at ${some(places)}${open[0] === undefined ? "" : `, and ${formatAddress(open[0].address)} is a public address`}${listening ? ", if a service listens there" : ""}.`,
    evidence: [
      ...port.sources,
      ...exposures.flatMap((way) => [...decidingLines(way.answer).slice(0, 2), ...proxyLines(context, way, port)]),
    ],
    severity: open.length > 0 ? "error" : "warning",
    sureness: listening ? "strong" : "proven",
    fix: {
      text: `Publish it as 127.0.0.1:${port.hostPort}:${port.containerPort} and create ${port.container} anew, or let only known clients in (put their network for 192.0.2.0/24 or 2001:db8::/32).`,
      commands: narrowing(context.host, port, exposures),
      cutsTraffic: true,
    },
  };
}

/** Packets for docker-proxy never pass FORWARD, and with it DOCKER-USER. */
const passesForward = ({ steps }: Exposure["answer"]): boolean => steps.every(({ kind }) => kind !== "proxy");

function narrowing(
  host: Host,
  { hostPort, protocol }: Publication,
  exposures: readonly Exposure[],
): readonly Command[] {
  const rules = exposures.map(({ answer, address, uplink: { name } }) => {
    const [tool, known] = address.family === 6 ? ["ip6tables", "2001:db8::/32"] : ["iptables", "192.0.2.0/24"];
    return passesForward(answer)
      ? sh`sudo ${tool} -I ${userChain(host, address.family)} -i ${name} ! -s ${known} -p ${protocol} -m conntrack --ctorigdstport ${hostPort} --ctdir ORIGINAL -j DROP`
      : sh`sudo ${tool} -I INPUT -i ${name} ! -s ${known} -p ${protocol} --dport ${hostPort} -j DROP`;
  });
  return distinct(rules);
}
