/** `npm run bench [-- <names>]`: sets up what is missing and runs the benches; each is described in bench/run.ts. */
import { spawn } from "node:child_process";
import { join } from "node:path";
import { ensureBuilt, ensureInstalled, pulumiEnvironment, repository } from "./setup.mjs";

ensureInstalled();
ensureBuilt();
const args = ["--import", "tsx", join(repository, "bench", "run.ts"), ...process.argv.slice(2)];
const child = spawn(process.execPath, args, {
  cwd: repository,
  env: await pulumiEnvironment(),
  stdio: ["ignore", "inherit", "inherit"],
});
child.on("close", (code) => {
  process.exitCode = code ?? 1;
});
