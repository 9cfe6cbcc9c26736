import type { Examples } from "../examples/example.ts";

const header = "Netid State  Recv-Q Send-Q Local Address:Port Peer Address:Port Process\n";

export const examples: Examples = {
  bad: [
    {
      name: "dockerd -H tcp://0.0.0.0:2375",
      captures: {
        "ss-listen": `${header}tcp   LISTEN 0      4096       *:2375     *:*    users:(("dockerd",pid=612,fd=8))\n`,
      },
    },
    {
      name: "daemon.json asks for it",
      captures: { "daemon-json": '{ "hosts": ["unix:///var/run/docker.sock", "tcp://0.0.0.0:2375"] }\n' },
    },
    {
      name: "on loopback only: any process and any container with the host's network still is root",
      captures: { "ss-listen": `${header}tcp   LISTEN 0      4096     127.0.0.1:2375     0.0.0.0:*\n` },
    },
    {
      name: "docker info warns of it",
      captures: {
        "docker-info":
          '{ "ServerVersion": "28.5.2", "Warnings": ["[DEPRECATION NOTICE]: API is accessible on http://0.0.0.0:2375 without encryption.\\n         Access to the remote API is equivalent to root access on the host."] }\n',
      },
    },
  ],
  good: [
    {
      name: "with TLS, and swarm's own port",
      captures: {
        "ss-listen": `${header}tcp   LISTEN 0      4096       *:2376     *:*    users:(("dockerd",pid=612,fd=8))\ntcp   LISTEN 0      4096       *:2377     *:*    users:(("dockerd",pid=612,fd=22))\n`,
      },
    },
    {
      name: "a container's published port 2375 is told by sensitive-port-published-all",
      captures: {
        "ss-listen": `${header}tcp   LISTEN 0      4096       *:2375     *:*    users:(("docker-proxy",pid=900,fd=4))\n`,
      },
    },
    {
      name: "daemon.json asks for TLS with clients' certificates",
      captures: { "daemon-json": '{ "hosts": ["tcp://0.0.0.0:2376"], "tlsverify": true }\n' },
    },
    {
      name: "no API on TCP",
      captures: {
        "docker-info": '{ "Warnings": null }',
        "daemon-json": "{}",
        "ss-listen": `${header}tcp   LISTEN 0      128        *:22       *:*\n`,
      },
    },
  ],
};
