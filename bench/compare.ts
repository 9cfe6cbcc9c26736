import type { Snapshot } from "../src/captures/snapshot.ts";
import { compare } from "../src/operations/compare.ts";
import { syntheticSnapshot } from "../test/support/synthetic-snapshot.ts";

/** What two hosts of 200 containers may take, in milliseconds. */
const bar = 3000;

/** Comparisons of a host with itself and with one more rule, in milliseconds of the processor: the fastest of three runs. */
export function benchCompare(): boolean {
  let kept = true;
  for (const containers of [20, 100, 200, 400]) {
    const before = withRules(syntheticSnapshot({ containers, rules: 0, inside: true }), banned);
    const same = fastest(() => compare(before, before));
    const after = withRules(before, ["-A FORWARD -i eth0 -p tcp -m tcp --dport 80 -j DROP"]);
    const changed = fastest(() => compare(before, after));
    const isBarred = containers === 200;
    kept &&= !isBarred || Math.max(same, changed) <= bar;
    const allowed = isBarred ? `, of ${bar} allowed` : "";
    console.log(
      `diff, ${containers} containers: with itself ${same.toFixed(0)} ms, with one more rule ${changed.toFixed(0)} ms${allowed}`,
    );
  }
  return kept;
}

/** A list as people and fail2ban keep them. */
const banned = Array.from({ length: 100 }, (_, i) => `-A INPUT -s 198.51.100.${i}/32 -j DROP`);

/** With these rules before the first of FORWARD. */
function withRules(snapshot: Snapshot, rules: readonly string[]): Snapshot {
  const captures = snapshot.captures.map((capture) =>
    capture.state === "ok" && capture.kind === "iptables-save" && capture.netns === null
      ? { ...capture, text: capture.text.replace(/^\[0:0\] -A FORWARD/m, `${rules.join("\n")}\n$&`) }
      : capture,
  );
  return { ...snapshot, captures };
}

function fastest(run: () => unknown): number {
  const spent = [1, 2, 3].map(() => {
    const start = process.cpuUsage();
    run();
    const { user, system } = process.cpuUsage(start);
    return (user + system) / 1000;
  });
  return Math.min(...spent);
}
