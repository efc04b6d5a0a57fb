/**
 * `npm run test:soak [-- <seconds>]`: random sequences until the time is over (10 minutes unless told otherwise) or one of them fails: in turn
 * one of 12 steps on the real Pulumi CLI and 300 on the model of the engine. `-- --seed <n> [--sequences <n>] [--steps <n>]` runs those on the
 * real CLI alone, and `-- --replay <file> [--sequences <times>]` one that failed.
 */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { ensureBuilt, ensureInstalled, pulumiEnvironment, repository } from "./setup.mjs";

const [first = "600", ...others] = process.argv.slice(2);
ensureInstalled();
ensureBuilt();
const env = await pulumiEnvironment();
const run = (args, more) =>
  spawnSync(process.execPath, args, { cwd: repository, env: { ...env, ...more }, stdio: "inherit" }).status === 0;
const engine = (...args) => run(["--require", "tsx/cjs", "test/random/soak.ts", ...args], {});
const mocha = join(repository, "node_modules", "mocha", "bin", "mocha.js");
const model = (seed) =>
  run([mocha, "--no-config", "--require", "tsx/cjs", "test/faults/model.test.ts"], {
    FC_SEED: String(seed),
    FC_SEQUENCES: "300",
  });

let succeeded = true;
if (first.startsWith("--")) succeeded = engine(first, ...others);
else {
  const end = Date.now() + Number(first) * 1000;
  while (succeeded && Date.now() < end) {
    const seed = Date.now() % 2 ** 31;
    succeeded = engine("--seed", String(seed)) && model(seed);
  }
}
process.exitCode = succeeded ? 0 : 1;
