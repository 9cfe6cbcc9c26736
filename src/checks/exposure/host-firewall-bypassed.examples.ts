import { appnetRules29 } from "../examples/appnet.ts";
import { appnetHost, withInput } from "../examples/appnet-host.ts";
import { replaced } from "../examples/edit.ts";
import type { Examples } from "../examples/example.ts";

const sshOnly = "-p tcp -m tcp --dport 22 -j ACCEPT";
const withBans = (rules: string) =>
  replaced(
    rules,
    "-A FORWARD -j DOCKER-USER",
    "-A INPUT -p tcp -m multiport --dports 80,8080 -j f2b-web\n-A FORWARD -j DOCKER-USER\n-A f2b-web -s 203.0.113.9/32 -j REJECT --reject-with icmp-port-unreachable\n-A f2b-web -j RETURN",
  ).replace(":DOCKER-USER", ":f2b-web - [0:0]\n:DOCKER-USER");

export const examples: Examples = {
  bad: [
    {
      name: "INPUT lets in ssh only, and a container's port is open to the world",
      captures: appnetHost({ "iptables-save": withInput(sshOnly) }),
    },
    {
      name: "fail2ban bans in INPUT, where packets for containers do not come",
      captures: appnetHost({ "iptables-save": withBans(appnetRules29) }),
    },
  ],
  good: [
    {
      name: "the port is allowed in INPUT too: it is meant to be public",
      captures: appnetHost({ "iptables-save": withInput(sshOnly, "-p tcp -m tcp --dport 8080 -j ACCEPT") }),
    },
    {
      name: "DOCKER-USER guards the port",
      captures: appnetHost({
        "iptables-save": replaced(
          withInput(sshOnly),
          "-A DOCKER-BRIDGE -o docker0",
          "-A DOCKER-USER -i eth0 -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT\n-A DOCKER-USER ! -s 192.168.50.0/24 -i eth0 -j DROP\n-A DOCKER-BRIDGE -o docker0",
        ),
      }),
    },
    {
      name: "published on loopback only",
      captures: appnetHost({
        "docker-ps":
          'CONTAINER ID   IMAGE     COMMAND   CREATED   STATUS    PORTS                    NAMES\n3ea6c37e3109   busybox   "srv"     1 h ago   Up 1 h    127.0.0.1:8080->80/tcp   web\n',
        "iptables-save": withInput(sshOnly)
          .replace("-A DOCKER ! -i br-28feb3a9f564 -p tcp", "-A DOCKER -d 127.0.0.1/32 ! -i br-28feb3a9f564 -p tcp")
          .replace("COMMIT", "-A PREROUTING -d 127.0.0.1/32 ! -i lo -p tcp -m tcp --dport 8080 -j DROP\nCOMMIT"),
      }),
    },
    {
      name: "fail2ban bans in DOCKER-USER too",
      captures: appnetHost({
        "iptables-save": replaced(
          withBans(appnetRules29),
          "-A DOCKER-BRIDGE -o docker0",
          "-A DOCKER-USER -j f2b-web\n-A DOCKER-BRIDGE -o docker0",
        ),
      }),
    },
    { name: "INPUT lets all in: there is no firewall to be bypassed", captures: appnetHost() },
  ],
};
