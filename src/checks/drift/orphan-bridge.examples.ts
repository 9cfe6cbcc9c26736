import { appnet, appnetAddresses } from "../examples/appnet.ts";
import { appnetBrctl, appnetWhole } from "../examples/appnet-links.ts";
import type { Examples } from "../examples/example.ts";
import { alsoListed, network } from "../examples/networks.ts";

const leftover = `9: br-0123456789ab: <NO-CARRIER,BROADCAST,MULTICAST,UP> mtu 1500 qdisc noqueue state DOWN group default
    link/ether fe:16:3f:b4:0c:1a brd ff:ff:ff:ff:ff:ff
    inet 172.31.0.1/16 brd 172.31.255.255 scope global br-0123456789ab
`;

export const examples: Examples = {
  bad: [
    {
      name: "a bridge named by Docker whose id no network has",
      captures: { "docker-network-inspect": appnetWhole, "ip-addr": appnetAddresses + leftover },
    },
    {
      name: "only brctl show has it",
      captures: {
        "docker-network-inspect": appnetWhole,
        "brctl-show": `${appnetBrctl}br-0123456789ab\t\t8000.fe163fb40c1a\tno\t\t\n`,
      },
    },
    {
      name: "its subnet is that of a network in use",
      captures: {
        "docker-network-inspect": appnetWhole,
        "ip-addr": appnetAddresses + leftover.replaceAll("172.31.", "172.18."),
      },
      alsoFinds: ["docker-subnets-overlap"],
    },
  ],
  good: [
    {
      name: "every bridge has its network",
      captures: { "docker-network-inspect": appnetWhole, "ip-addr": appnetAddresses },
    },
    {
      name: "only some networks were inspected: the bridge may belong to another",
      skipped: true,
      captures: { "docker-network-inspect": appnet, "ip-addr": appnetAddresses + leftover },
    },
    {
      name: "bridges of others have other names",
      captures: {
        "docker-network-inspect": alsoListed(
          appnetWhole,
          network(
            "named",
            "7d1c0e5a2b34",
            "bridge",
            "172.19.0.0/16",
            "172.19.0.1",
            '"Options": { "com.docker.network.bridge.name": "lan0" }',
          ),
        ),
        "brctl-show": `${appnetBrctl}lan0\t\t8000.fe163fb40c1a\tno\t\t\nlxdbr0\t\t8000.00163e2afe62\tno\t\t\nbr-lan\t\t8000.00163e2afe63\tno\t\t\n`,
      },
    },
  ],
};
