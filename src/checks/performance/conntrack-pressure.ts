import { asCommand, switchOf } from "../../model/queries/switches.ts";
import { defineCheck } from "../check.ts";
import { hostSubject } from "../words.ts";

export const conntrackPressure = defineCheck({
  id: "conntrack-pressure",
  severity: "warning",
  sureness: "proven",
  category: "performance",
  title: "The connection table is nearly full",
  why: 'Everything that Docker translates needs an entry in conntrack. When the table is full the kernel drops new connections of everybody, at random times and without any rule ("nf_conntrack: table full, dropping packet").',
  fix: "Raise net.netfilter.nf_conntrack_max, and look who holds so many entries: `conntrack -L | awk '{print $5}' | sort | uniq -c | sort -n`.",
  sources: [
    "https://github.com/kubernetes/kubernetes/issues/71261",
    "net/netfilter/nf_conntrack_core.c __nf_conntrack_alloc: beyond nf_conntrack_max entries are dropped early or refused",
  ],
  needs: ["sysctl"],
  *run({ host }) {
    const [count, max] = [
      switchOf(host, "net.netfilter.nf_conntrack_count"),
      switchOf(host, "net.netfilter.nf_conntrack_max"),
    ];
    if (count === null || max === null || !/^\d+$/.test(count.value) || !/^[1-9]\d*$/.test(max.value)) return;
    const share = Number(count.value) / Number(max.value);
    if (share < 0.8) return;
    const wanted = 2 ** Math.ceil(Math.log2(Number(max.value) * 2));
    yield {
      subject: hostSubject(host),
      message: `${count.value} of ${max.value} conntrack entries were in use when the snapshot was taken (${Math.floor(share * 100)} %).`,
      evidence: [...count.sources, ...max.sources],
      severity: share >= 0.95 ? "error" : "warning",
      fix: {
        text: "Make room, and persist it in /etc/sysctl.d.",
        commands: [asCommand(max.key, String(wanted))],
        cutsTraffic: false,
      },
    };
  },
});
