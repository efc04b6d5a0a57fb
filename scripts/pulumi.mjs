/** `npm run pulumi -- <args>`: the Pulumi CLI in this repository's environment. */
import { spawn } from "node:child_process";
import { ensureBuilt, ensureInstalled, pulumiEnvironment } from "./setup.mjs";

try {
  ensureInstalled();
  ensureBuilt();
  const child = spawn("pulumi", process.argv.slice(2), { stdio: "inherit", env: await pulumiEnvironment() });
  // Ctrl-C reaches the CLI by the terminal; it decides when to end.
  for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => undefined);
  child.on("close", (code) => process.exit(code ?? 1));
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
