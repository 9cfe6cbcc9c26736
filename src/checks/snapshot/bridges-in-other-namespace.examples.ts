import { appnetAddresses } from "../examples/appnet.ts";
import { appnetWhole } from "../examples/appnet-links.ts";
import type { Examples } from "../examples/example.ts";
import { hostAndNone, listed } from "../examples/networks.ts";

const laptop = `1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN group default qlen 1000
    link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00
    inet 127.0.0.1/8 scope host lo
2: wlp3s0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP group default qlen 1000
    link/ether 8c:16:45:20:11:9a brd ff:ff:ff:ff:ff:ff
    inet 192.168.1.23/24 brd 192.168.1.255 scope global dynamic wlp3s0
`;

export const examples: Examples = {
  bad: [
    {
      name: "a rootless engine: its bridges are in RootlessKit's namespace",
      captures: {
        "docker-network-inspect": appnetWhole,
        "ip-addr": laptop,
        "docker-info": '{"ServerVersion":"28.5.2","SecurityOptions":["name=seccomp,profile=builtin","name=rootless"]}',
      },
    },
    {
      name: "Docker Desktop: the engine runs in a virtual machine",
      captures: {
        "docker-network-inspect": appnetWhole,
        "ip-addr": laptop,
        "docker-info":
          '{"ServerVersion":"28.5.2","OperatingSystem":"Docker Desktop","KernelVersion":"6.10.14-linuxkit"}',
      },
    },
    {
      name: "the collector ran inside a container",
      captures: {
        "docker-network-inspect": appnetWhole,
        "ip-addr": laptop.replace("2: wlp3s0:", "2: eth0@if7:").replace("dynamic wlp3s0", "eth0"),
      },
    },
    {
      name: "WSL2 in mirrored mode, with the bridges here: only worth knowing",
      captures: {
        "docker-network-inspect": appnetWhole,
        "ip-addr": `${appnetAddresses}9: loopback0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc mq state UP group default qlen 1000\n    link/ether 00:15:5d:4c:5e:01 brd ff:ff:ff:ff:ff:ff\n`,
      },
    },
  ],
  good: [
    { name: "the bridges are here", captures: { "docker-network-inspect": appnetWhole, "ip-addr": appnetAddresses } },
    {
      name: 'no bridge network at all ("bridge": "none")',
      captures: { "docker-network-inspect": listed(hostAndNone), "ip-addr": laptop },
    },
    {
      name: "only a piece of ip a was pasted",
      captures: { "docker-network-inspect": appnetWhole, "ip-addr": laptop.slice(laptop.indexOf("2: wlp3s0")) },
    },
  ],
};
