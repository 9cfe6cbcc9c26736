import { appnet, appnetAddresses, appnetRoutes } from "../examples/appnet.ts";
import { without } from "../examples/edit.ts";
import type { Examples } from "../examples/example.ts";
import { databaseRules29, localRules26, localRules29 } from "../examples/exposed.ts";

export const examples: Examples = {
  bad: [
    {
      name: "26 has no rule against it",
      captures: {
        "docker-network-inspect": appnet,
        "ip-addr": appnetAddresses,
        "ip-route": appnetRoutes,
        "iptables-save": localRules26,
      },
    },
    {
      name: "29, but the raw rule was lost",
      captures: {
        "docker-network-inspect": appnet,
        "ip-addr": appnetAddresses,
        "ip-route": appnetRoutes,
        "iptables-save": without(localRules29, "-d 127.0.0.1/32 ! -i lo"),
      },
    },
  ],
  good: [
    {
      name: "29 drops in raw what comes for 127.0.0.1 from elsewhere",
      captures: {
        "docker-network-inspect": appnet,
        "ip-addr": appnetAddresses,
        "ip-route": appnetRoutes,
        "iptables-save": localRules29,
      },
    },
    {
      name: "published on every address: meant to be reached",
      captures: {
        "docker-network-inspect": appnet,
        "ip-addr": appnetAddresses,
        "ip-route": appnetRoutes,
        "iptables-save": databaseRules29,
      },
      alsoFinds: ["sensitive-port-published-all"],
    },
  ],
};
