import { appnet, appnetAddresses } from "../examples/appnet.ts";
import type { Examples } from "../examples/example.ts";

const host = { "docker-network-inspect": appnet, "ip-addr": appnetAddresses };

export const examples: Examples = {
  bad: [
    {
      name: "the company's name server is in 172.18.0.0/16, as a network is",
      captures: { ...host, "resolv-conf": "nameserver 172.18.40.53\n" },
    },
    {
      name: "behind systemd-resolved's stub",
      captures: { ...host, "resolv-conf": "nameserver 127.0.0.53\n", "resolved-conf": "nameserver 172.18.40.53\n" },
    },
    {
      name: "daemon.json gives it to containers",
      captures: { ...host, "daemon-json": '{ "dns": ["172.18.40.53"] }' },
    },
  ],
  good: [
    { name: "a name server elsewhere", captures: { ...host, "resolv-conf": "nameserver 192.168.50.1\n" } },
    { name: "a container is the name server", captures: { ...host, "resolv-conf": "nameserver 172.18.0.2\n" } },
    {
      name: "the host itself is, at the bridge's address",
      captures: { ...host, "resolv-conf": "nameserver 172.18.0.1\n" },
    },
  ],
};
