import { appnetRules29 } from "../examples/appnet.ts";
import { appnetHost, vmHost } from "../examples/appnet-host.ts";
import { appended, replaced } from "../examples/edit.ts";
import type { Examples } from "../examples/example.ts";

const libvirtRules = appended(
  replaced(appnetRules29, ":DOCKER - [0:0]\n", ":DOCKER - [0:0]\n:LIBVIRT_FWI - [0:0]\n:LIBVIRT_FWO - [0:0]\n"),
  "filter",
  "-A LIBVIRT_FWO -s 192.168.122.0/24 -i virbr0 -j ACCEPT",
  "-A LIBVIRT_FWI -d 192.168.122.0/24 -o virbr0 -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT",
  "-A LIBVIRT_FWI -o virbr0 -j REJECT --reject-with icmp-port-unreachable",
).replace(
  "-A FORWARD -j DOCKER-USER",
  "-A FORWARD -j LIBVIRT_FWI\n-A FORWARD -j LIBVIRT_FWO\n-A FORWARD -j DOCKER-USER",
);

const netavark = replaced(appnetRules29, ":DOCKER - [0:0]\n", ":DOCKER - [0:0]\n:NETAVARK_FORWARD - [0:0]\n");
const invalidDrop = "-A NETAVARK_FORWARD -m conntrack --ctstate INVALID -j DROP";

const kubeService = (target: string): string =>
  appended(
    appnetRules29,
    "nat",
    "-A PREROUTING -j KUBE-SERVICES",
    "-A KUBE-SERVICES -d 10.96.14.7/32 -p tcp -m tcp --dport 9000 -j KUBE-SEP-7Q2IXTVZLRZGQB5Y",
    `-A KUBE-SEP-7Q2IXTVZLRZGQB5Y -p tcp -m tcp -j DNAT --to-destination ${target}`,
  ).replace(
    ":DOCKER - [0:0]\n-A PREROUTING",
    ":DOCKER - [0:0]\n:KUBE-SERVICES - [0:0]\n:KUBE-SEP-7Q2IXTVZLRZGQB5Y - [0:0]\n-A PREROUTING",
  );

export const examples: Examples = {
  bad: [
    {
      name: "libvirt: its chain rejects what containers send to virtual machines",
      captures: appnetHost({ ...vmHost, "iptables-save": libvirtRules }),
    },
    {
      name: "netavark drops INVALID packets of everybody, before Docker's chains",
      captures: appnetHost({
        "iptables-save": replaced(
          netavark,
          "-A FORWARD -j DOCKER-USER",
          `-A FORWARD -j NETAVARK_FORWARD\n-A FORWARD -j DOCKER-USER\n${invalidDrop}`,
        ),
      }),
    },
    {
      name: "a Kubernetes service leads to a container of Docker's whose port is not published",
      captures: appnetHost({ "iptables-save": kubeService("172.18.0.3:9000") }),
    },
    {
      name: "Tailscale's chain",
      captures: appnetHost({
        "iptables-save": appended(
          replaced(appnetRules29, ":DOCKER - [0:0]\n", ":DOCKER - [0:0]\n:ts-forward - [0:0]\n"),
          "filter",
          "-A FORWARD -j ts-forward",
          "-A ts-forward -o tailscale0 -j ACCEPT",
        ),
      }),
    },
  ],
  good: [
    { name: "Docker alone", captures: appnetHost() },
    {
      name: "a chain of the host's own scripts",
      captures: appnetHost({
        "iptables-save": appended(
          replaced(appnetRules29, ":DOCKER - [0:0]\n", ":DOCKER - [0:0]\n:MY-FORWARD - [0:0]\n"),
          "filter",
          "-A FORWARD -j MY-FORWARD",
        ),
      }),
    },
  ],
};
