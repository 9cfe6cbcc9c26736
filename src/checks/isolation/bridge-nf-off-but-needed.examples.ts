import { appnet, appnetRules29 } from "../examples/appnet.ts";
import { appnetHost } from "../examples/appnet-host.ts";
import { replaced } from "../examples/edit.ts";
import type { Examples } from "../examples/example.ts";

const noIcc = replaced(appnet, '"Options": {}', '"Options": { "com.docker.network.bridge.enable_icc": "false" }');
const noIccRules = replaced(
  appnetRules29,
  "-A DOCKER-FORWARD -i br-28feb3a9f564 -j ACCEPT",
  "-A DOCKER-FORWARD -i br-28feb3a9f564 -o br-28feb3a9f564 -j DROP\n-A DOCKER-FORWARD -i br-28feb3a9f564 ! -o br-28feb3a9f564 -j ACCEPT",
);
const noProxyRules = replaced(appnetRules29, "-A OUTPUT ! -d 127.0.0.0/8 -m", "-A OUTPUT -m")
  .replace(
    "-A POSTROUTING -s 172.18",
    "-A POSTROUTING -o br-28feb3a9f564 -m addrtype --src-type LOCAL -j MASQUERADE\n-A POSTROUTING -s 172.18.0.2/32 -d 172.18.0.2/32 -p tcp -m tcp --dport 80 -j MASQUERADE\n-A POSTROUTING -o docker0 -m addrtype --src-type LOCAL -j MASQUERADE\n-A POSTROUTING -s 172.18",
  )
  .replace("-A DOCKER ! -i br-28feb3a9f564 -p tcp", "-A DOCKER -p tcp");
const off =
  "net.ipv4.ip_forward = 1\nnet.bridge.bridge-nf-call-ip6tables = 0\nnet.bridge.bridge-nf-call-iptables = 0\n";
const on = off.replaceAll("= 0", "= 1");
/** As `sysctl -a` prints it, as far as it goes. */
const noModule = [
  "kernel.ostype = Linux\nnet.ipv4.ip_forward = 1\n",
  ...["all", "default", "docker0", "eth0", "lo"].flatMap((name) =>
    Array.from({ length: 20 }, (_, i) => `net.ipv4.conf.${name}.setting_${i} = 0\n`),
  ),
].join("");
const noIccHost = { "docker-network-inspect": noIcc, "iptables-save": noIccRules };

export const examples: Examples = {
  bad: [
    { name: "enable_icc=false is not enforced", captures: appnetHost({ ...noIccHost, sysctl: off }) },
    {
      name: "the module is not loaded: its settings do not exist",
      captures: appnetHost({ ...noIccHost, sysctl: noModule }),
    },
    {
      name: "no docker-proxy: containers cannot use the published port of their neighbour",
      captures: appnetHost({ "iptables-save": noProxyRules, sysctl: off }),
    },
  ],
  good: [
    { name: "enforced", captures: appnetHost({ ...noIccHost, sysctl: on }) },
    { name: "containers may talk to each other: nothing needs it", captures: appnetHost({ sysctl: off }) },
    {
      name: "a few settings only: that one is missing says nothing",
      skipped: true,
      captures: appnetHost({
        ...noIccHost,
        sysctl: "net.ipv4.ip_forward = 1\nnet.ipv4.conf.all.forwarding = 1\nnet.ipv4.conf.all.rp_filter = 0\n",
      }),
    },
    {
      name: "one container has nobody to be kept from",
      captures: appnetHost({
        ...noIccHost,
        "docker-network-inspect": noIcc.replace(/,\s*"9e7c6d3b\w*": \{[^{}]*\}/, ""),
        "docker-ps":
          'CONTAINER ID   IMAGE     COMMAND   CREATED   STATUS    PORTS   NAMES\n3ea6c37e3109   busybox   "srv"     1 h ago   Up 1 h    0.0.0.0:8080->80/tcp   web\n',
        "iptables-save": noIccRules.replace("-A PREROUTING -d 172.18.0.3/32 ! -i br-28feb3a9f564 -j DROP\n", ""),
        sysctl: off,
      }),
    },
  ],
};
