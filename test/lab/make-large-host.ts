// Takes the snapshot of a real host of 40 containers that the bench measures: `npm run lab:host`, as root.
import { spawnSync } from "node:child_process";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { largeHost } from "../../bench/real-host.ts";
import { collector } from "../collector/host.ts";
import { image, obstacle, startEngine } from "./engine.ts";
import { settledState } from "./host-state.ts";

const missing = obstacle();
if (missing !== null) throw new Error(`this needs ${missing}`);

const engine = await startEngine();
try {
  const script = fileURLToPath(new URL("large-host.sh", import.meta.url));
  runThere(["sh", script, image]);
  await settledState(engine);
  // The name of this machine does not belong in it.
  const named = 'hostname dockerhost; exec sh "$@"';
  const collect = [collector, "--quiet", "--timeout", "60", "-o", resolve(largeHost)];
  runThere(["unshare", "--uts", "sh", "-c", named, "sh", ...collect]);
  console.log(largeHost);
} finally {
  await engine.stop();
}

/** Runs a command "on the host" of the engine. */
function runThere(command: readonly string[]): void {
  const [program = "", ...args] = [...engine.inside, ...command];
  const { status } = spawnSync(program, args, { stdio: "inherit" });
  if (status !== 0) throw new Error(`${command.join(" ")} failed`);
}
