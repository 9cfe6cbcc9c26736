#!/usr/bin/env node
import { keepCompiled } from "./compile-cache.ts";

// A reader that has seen enough (`| head`) is no error.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  process.exit(0);
});

keepCompiled();
// Everything else is loaded after it, so that it is kept.
const { run } = await import("./program.ts");
process.exitCode = await run(process.argv.slice(2));
