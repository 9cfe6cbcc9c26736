import { sh } from "../../lib/command.ts";
import type { CaptureReport, Host } from "../../model/host.ts";
import { defineCheck, type Observation } from "../check.ts";
import { hostSubject } from "../words.ts";

export const iptablesTableIncompatible = defineCheck({
  id: "iptables-table-incompatible",
  severity: "error",
  sureness: "proven",
  category: "firewall-backend",
  title: "iptables cannot read a table that nft made rules in",
  why: "Somebody wrote rules with nft into the tables that iptables keeps for itself. iptables then refuses the table: Docker cannot add its rules, containers do not start or have no network, and no snapshot of iptables-save is complete.",
  fix: "Move the hand-made rules out of `ip filter` and `ip nat` into a table of their own, then restart Docker.",
  sources: [
    "https://github.com/moby/moby/issues/46147",
    "https://github.com/docker/for-linux/issues/1472",
    "iptables/nft.c nft_is_table_compatible; iptables/xtables-save.c do_output",
  ],
  needs: ["docker-network-inspect", ["iptables-save", "iptables-nft-save", "ip6tables-save", "ip6tables-nft-save"]],
  *run({ host }) {
    for (const report of host.captures) {
      if (report.netns !== null || !/^ip6?tables(-nft)?-save$/.test(report.kind)) continue;
      yield* inText(host, report);
      const refused = report.state === "failed" ? /table `(\w+)' is incompatible/.exec(report.why ?? "") : null;
      if (refused !== null) yield describe(host, report, refused[1] ?? "", report.why ?? "", 1, true);
    }
  },
});

function* inText(host: Host, report: CaptureReport): Iterable<Observation> {
  for (const { text, line } of report.notes) {
    const found = /^# Table `(\w+)' (is incompatible|contains incompatible base-chains)/.exec(text.trim());
    if (found === null) continue;
    yield describe(host, report, found[1] ?? "", text.trim(), line, found[2] === "is incompatible");
  }
}

function describe(
  host: Host,
  { file, kind }: CaptureReport,
  table: string,
  says: string,
  line: number,
  whole: boolean,
): Observation {
  const family = kind.startsWith("ip6") ? "ip6" : "ip";
  return {
    subject: hostSubject(host),
    message: whole
      ? `${kind} cannot show table ${table} ("${says}"): what it lists of Docker's rules is not all there is.`
      : `Table ${family} ${table} holds base chains that iptables did not make: they filter too, and ${kind} does not list them.`,
    evidence: [{ file, line }],
    severity: whole ? "error" : "warning",
    fix: {
      text: "Look what nft made there, and move it to a table of its own.",
      commands: [sh`sudo nft -a list table ${family} ${table}`, sh`sudo systemctl restart docker`],
      cutsTraffic: true,
    },
  };
}
