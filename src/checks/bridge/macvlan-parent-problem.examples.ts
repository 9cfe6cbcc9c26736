import { twoHomed } from "../examples/drivers.ts";
import { replaced } from "../examples/edit.ts";
import type { Examples } from "../examples/example.ts";
import { alsoListed, network } from "../examples/networks.ts";

const parent = '"parent": "eth0"';
const captures = { "docker-network-inspect": twoHomed["docker-network-inspect"], "ip-addr": twoHomed["ip-addr"] };
const withParent = (name: string): string =>
  replaced(captures["docker-network-inspect"], parent, `"parent": "${name}"`);

export const examples: Examples = {
  bad: [
    {
      name: "the parent does not exist",
      captures: { ...captures, "docker-network-inspect": withParent("eth7") },
    },
    {
      name: "the parent has no carrier",
      captures: {
        ...captures,
        "ip-addr": captures["ip-addr"].replace(
          "eth0: <BROADCAST,MULTICAST,UP,LOWER_UP>",
          "eth0: <NO-CARRIER,BROADCAST,MULTICAST,UP>",
        ),
      },
    },
    {
      name: "no parent: a dummy interface that leads nowhere",
      captures: { ...captures, "docker-network-inspect": replaced(captures["docker-network-inspect"], parent, "") },
    },
    {
      name: "the parent is a port of a bridge of Docker's",
      captures: { ...captures, "docker-network-inspect": withParent("vethc1e6c5b") },
    },
    {
      name: "Wi-Fi access points take frames from one address only",
      captures: {
        "docker-network-inspect": withParent("wlan0"),
        "ip-addr": captures["ip-addr"].replaceAll("eth0", "wlan0"),
      },
    },
    {
      name: "macvlan and ipvlan on one parent",
      captures: {
        ...captures,
        "docker-network-inspect": alsoListed(
          captures["docker-network-inspect"],
          network("l2", "8d1c0e5a2b34", "ipvlan", "10.9.0.0/24", "10.9.0.1", '"Options": { "parent": "eth0" }'),
        ),
      },
    },
  ],
  good: [
    {
      name: "a bridge has no parent",
      captures: {
        ...captures,
        "docker-network-inspect": replaced(
          captures["docker-network-inspect"],
          '"Driver": "macvlan"',
          '"Driver": "bridge"',
        ),
      },
      alsoFinds: ["network-bridge-missing", "subnet-overlaps-host-network"],
    },
    {
      name: "internal and without a parent on purpose, nobody on it",
      captures: {
        ...captures,
        "docker-network-inspect": replaced(captures["docker-network-inspect"], parent, "")
          .replaceAll('"Internal": false', '"Internal": true')
          .replace(/"Containers": \{\s+"3ea6\w*": \{[^{}]*"192.168.50.70\/24" \}/, '"Containers": {'),
      },
    },
    {
      name: "a healthy parent, nobody on it",
      captures: {
        ...captures,
        "docker-network-inspect": captures["docker-network-inspect"].replace(
          /"Containers": \{\s+"3ea6\w*": \{[^{}]*"192.168.50.70\/24" \}/,
          '"Containers": {',
        ),
      },
    },
  ],
};
