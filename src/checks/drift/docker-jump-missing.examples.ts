import { appnet, appnetRules26, appnetRules29 } from "../examples/appnet.ts";
import { replaced, without } from "../examples/edit.ts";
import type { Examples } from "../examples/example.ts";

export const examples: Examples = {
  bad: [
    {
      name: "iptables -F FORWARD on 29: the policy decides over everything",
      captures: {
        "docker-network-inspect": appnet,
        "iptables-save": without(appnetRules29, "-A FORWARD "),
      },
    },
    {
      name: "another tool rewrote nat PREROUTING",
      captures: {
        "docker-network-inspect": appnet,
        "iptables-save": without(appnetRules26, "-A PREROUTING -m addrtype"),
      },
    },
    {
      name: "nat OUTPUT was flushed: the host itself gets to docker-proxy alone",
      captures: {
        "docker-network-inspect": appnet,
        "iptables-save": without(appnetRules29, "-A OUTPUT ! -d 127"),
      },
    },
    {
      name: "nothing jumps to a DOCKER-USER with rules: a warning",
      captures: {
        "docker-network-inspect": appnet,
        "iptables-save": replaced(
          without(appnetRules29, "-A FORWARD -j DOCKER-USER"),
          "-A FORWARD -j DOCKER-FORWARD\n",
          "-A FORWARD -j DOCKER-FORWARD\n-A DOCKER-USER -i eth0 -s 203.0.113.0/24 -j DROP\n",
        ),
      },
    },
  ],
  good: [
    {
      name: "Synology puts a chain of its own between FORWARD and Docker's",
      captures: {
        "docker-network-inspect": appnet,
        "iptables-save": replaced(
          appnetRules29,
          "-A FORWARD -j DOCKER-USER\n-A FORWARD -j DOCKER-FORWARD\n",
          "-A FORWARD -j DEFAULT_FORWARD\n-A DEFAULT_FORWARD -j DOCKER-USER\n-A DEFAULT_FORWARD -j DOCKER-FORWARD\n",
        ),
      },
    },
    {
      name: "swarm jumps to DOCKER-INGRESS first",
      captures: {
        "docker-network-inspect": appnet,
        "iptables-save": replaced(
          appnetRules29,
          "-A DOCKER-FORWARD -j DOCKER-CT\n",
          "-A DOCKER-FORWARD -j DOCKER-INGRESS\n-A DOCKER-FORWARD -j DOCKER-CT\n-A DOCKER-INGRESS -j RETURN\n",
        ),
      },
    },
    {
      name: "nothing jumps to a DOCKER-USER without rules: nothing is lost",
      captures: {
        "docker-network-inspect": appnet,
        "iptables-save": without(appnetRules29, "-A FORWARD -j DOCKER-USER"),
      },
    },
  ],
};
