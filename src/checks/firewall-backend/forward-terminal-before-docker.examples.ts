import { appnet, appnetRules26, appnetRules29 } from "../examples/appnet.ts";
import { replaced } from "../examples/edit.ts";
import type { Examples } from "../examples/example.ts";

const before = (rules: string, ...lines: readonly string[]): string =>
  replaced(
    rules,
    "-A FORWARD -j DOCKER-USER\n",
    `${lines.map((line) => `${line}\n`).join("")}-A FORWARD -j DOCKER-USER\n`,
  );

export const examples: Examples = {
  bad: [
    {
      name: "REJECT of a distribution's default rules, loaded after Docker had started",
      captures: {
        "docker-network-inspect": appnet,
        "iptables-save": before(appnetRules29, "-A FORWARD -j REJECT --reject-with icmp-host-prohibited"),
      },
    },
    {
      name: "ufw's reject chain before the engine's rules",
      captures: {
        "docker-network-inspect": appnet,
        "iptables-save": before(
          appnetRules26,
          "-A FORWARD -j ufw-reject-forward",
          "-A ufw-reject-forward -j REJECT --reject-with icmp-port-unreachable",
        ),
      },
    },
    {
      name: "an ACCEPT for the bridge bypasses Docker's isolation",
      captures: {
        "docker-network-inspect": appnet,
        "iptables-save": before(appnetRules29, "-A FORWARD -o br-28feb3a9f564 -j ACCEPT"),
      },
    },
  ],
  good: [
    {
      name: "libvirt's rules are about its own bridge",
      captures: {
        "docker-network-inspect": appnet,
        "iptables-save": before(
          appnetRules29,
          "-A FORWARD -j LIBVIRT_FWI",
          "-A LIBVIRT_FWI -o virbr0 -j REJECT --reject-with icmp-port-unreachable",
          "-A FORWARD -i virbr0 -j ACCEPT",
        ),
      },
    },
    {
      name: "Tailscale's chain before Docker's is about its own interface",
      captures: {
        "docker-network-inspect": appnet,
        "iptables-save": before(
          appnetRules29,
          "-A FORWARD -j ts-forward",
          "-A ts-forward -i tailscale0 -j MARK --set-xmark 0x40000/0xff0000",
          "-A ts-forward -m mark --mark 0x40000/0xff0000 -j ACCEPT",
          "-A ts-forward -s 100.64.0.0/10 -o tailscale0 -j DROP",
          "-A ts-forward -o tailscale0 -j ACCEPT",
        ),
      },
    },
    {
      name: "answers of connections that are there already",
      captures: {
        "docker-network-inspect": appnet,
        "iptables-save": before(appnetRules29, "-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT"),
      },
    },
    {
      name: "the REJECT stands behind Docker's jumps",
      captures: {
        "docker-network-inspect": appnet,
        "iptables-save": replaced(
          appnetRules29,
          "-A FORWARD -j DOCKER-FORWARD\n",
          "-A FORWARD -j DOCKER-FORWARD\n-A FORWARD -j REJECT --reject-with icmp-host-prohibited\n",
        ),
      },
    },
  ],
};
