/**
 * `npm run test:stress [-- <runs> [<busy loops>]]`: all tests again and again (5 times unless told otherwise) on a machine that
 * is busy: beside them run two endless loops for each core, or as many as are given. Ends with which test failed in which run.
 */
import { spawn } from "node:child_process";
import { availableParallelism } from "node:os";
import { runTests, testEnvironment } from "./runTests.mjs";

const [runs = 5, loops = 2 * availableParallelism()] = process.argv.slice(2).map(Number);
if (!Number.isInteger(runs) || runs < 1 || !Number.isInteger(loops) || loops < 0) {
  process.stderr.write("usage: npm run test:stress [-- <runs> [<busy loops>]]\n");
  process.exit(2);
}

const env = await testEnvironment();
// A loop whose parent has gone ends by itself, within a second.
const busy =
  "const parent = process.ppid; for (;;) { const end = Date.now() + 1000; while (Date.now() < end); if (process.ppid !== parent) break; }";
const processes = Array.from({ length: loops }, () => spawn(process.execPath, ["-e", busy], { stdio: "ignore" }));
const end = () => {
  for (const child of processes) child.kill("SIGKILL");
};
process.on("exit", end);
for (const signal of ["SIGINT", "SIGTERM"]) {
  process.once(signal, () => process.exit(130));
}

const lines = [];
let green = true;
for (let run = 1; run <= runs; run += 1) {
  const { succeeded, counts, failures, minutes } = await runTests(env, [], (child) => processes.push(child));
  const line = `run ${run} of ${runs}, beside ${loops} busy loops: ${counts}, ${minutes.toFixed(1)} minutes`;
  process.stdout.write(`${line}\n`);
  lines.push(line, ...failures.map((title) => `  failed: ${title}`));
  green &&= succeeded;
}
process.stdout.write(`\n${lines.join("\n")}\n`);
process.exitCode = green ? 0 : 1;
