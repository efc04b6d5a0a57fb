/** `npm run test:soak [-- <seconds>]`: random sequences with ever new seeds, for ten minutes unless told otherwise. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { ensureBuilt, ensureInstalled, repository } from "./setup.mjs";

ensureInstalled();
ensureBuilt();
const end = Date.now() + Number(process.argv[2] ?? 600) * 1000;
const mocha = join(repository, "node_modules", "mocha", "bin", "mocha.js");
let failed = false;
while (!failed && Date.now() < end) {
  const env = { ...process.env, FC_SEED: String(Date.now() % 2 ** 31), FC_SEQUENCES: "2000" };
  const args = [mocha, "--no-config", "--require", "tsx/cjs", "test/faults/model.test.ts"];
  failed = spawnSync(process.execPath, args, { cwd: repository, env, stdio: "inherit" }).status !== 0;
}
process.exitCode = failed ? 1 : 0;
