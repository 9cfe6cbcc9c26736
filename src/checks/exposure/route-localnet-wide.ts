import { freeAddressOn } from "../../dataplane/free-address.ts";
import { uplinkNames } from "../../dataplane/uplinks.ts";
import { isLoopback } from "../../lib/address-class.ts";
import { sh } from "../../lib/command.ts";
import { localhost } from "../../lib/literals.ts";
import { asCommand, interfaceSwitch, type Switch, switchOf } from "../../model/queries/switches.ts";
import type { Answer } from "../../trace/answer.ts";
import { targetAt } from "../../trace/question.ts";
import { type CheckContext, defineCheck } from "../check.ts";

export const routeLocalnetWide = defineCheck({
  id: "route-localnet-wide",
  severity: "warning",
  sureness: "proven",
  category: "exposure",
  title: "127.0.0.0/8 is routed on an interface that leads outside",
  why: "With route_localnet the kernel takes packets for 127.0.0.1 from the wire: machines on the same link reach services that listen on loopback because they trust everybody there.",
  fix: "Set route_localnet to 0 again (Docker needs it on its own bridges only, and only without docker-proxy), or drop what comes for 127.0.0.0/8 by any interface but lo.",
  sources: [
    "https://github.com/kubernetes/kubernetes/issues/90259",
    "https://github.com/moby/moby/issues/45629",
    "Documentation/networking/ip-sysctl.rst route_localnet; moby libnetwork/drivers/bridge/setup_ipv4_linux.go setupLoopbackAddressesRouting",
  ],
  needs: ["ip-addr", "sysctl"],
  *run(context) {
    const { host, dataplane } = context;
    const all = switchOf(host, "net.ipv4.conf.all.route_localnet");
    for (const name of uplinkNames(dataplane, 4)) {
      const own = interfaceSwitch(host, 4, name, "route_localnet");
      const set = [own, all].find((one): one is Switch => one?.value === "1");
      if (set === undefined) continue;
      const reached = loopbackReached(context, name);
      if (reached === null) continue;
      yield {
        subject: { kind: "interface", name },
        message: `${set.key} is 1, and nothing drops what a neighbour on ${name} sends to 127.0.0.1: asked, port ${reached.port} ${reached.answer.verdict === "refused" ? "answers that nobody listens there" : reached.evidence.length > 0 ? "is reached" : "would be reached if anything listens there"}.`,
        evidence: [...set.sources, ...reached.evidence],
        fix: {
          text: "Turn it off, or drop it where it comes in.",
          commands: [asCommand(set.key, "0"), sh`sudo iptables -t raw -I PREROUTING -i ${name} -d 127.0.0.0/8 -j DROP`],
          cutsTraffic: false,
        },
      };
    }
  },
});

/** A neighbour asks for a service on the host's loopback. */
function loopbackReached({ host, dataplane, ask }: CheckContext, uplink: string) {
  const neighbour = freeAddressOn(dataplane, uplink, 4);
  const listeners = host.own.listeners;
  const service = (listeners.known ? listeners.value : []).find(
    ({ address, protocol }) => address?.family === 4 && isLoopback(address) && protocol === "tcp",
  );
  const port = service?.port ?? 80;
  const answer: Answer | null =
    neighbour === null
      ? null
      : ask({
          from: { address: neighbour, interface: uplink },
          to: targetAt(service?.address ?? localhost[4], { protocol: "tcp", port }),
        });
  if (answer?.verdict !== "delivered" && answer?.verdict !== "refused") return null;
  return { answer, port, evidence: service?.sources ?? [] };
}
