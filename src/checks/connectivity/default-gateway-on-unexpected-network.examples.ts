import { macvlanRoutes, twoHomed, twoHomedInside } from "../examples/drivers.ts";
import type { Examples } from "../examples/example.ts";

export const examples: Examples = {
  bad: [
    {
      name: "published by the bridge, but the answers leave by macvlan past the host",
      captures: twoHomed,
      netns: { web: { ...twoHomedInside, "ip-route": macvlanRoutes } },
    },
  ],
  good: [
    {
      name: "the default route leads back by the bridge",
      captures: twoHomed,
      netns: {
        web: {
          ...twoHomedInside,
          "ip-route": macvlanRoutes.replace("default via 192.168.50.1 dev eth1", "default via 172.18.0.1 dev eth0"),
        },
      },
    },
    {
      name: "the routes inside were not captured",
      captures: twoHomed,
      netns: { web: { "ip-addr": twoHomedInside["ip-addr"] } },
    },
  ],
};
