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
const busyLoops = Array.from({ length: loops }, () => spawn(process.execPath, ["-e", busy], { stdio: "ignore" }));
const endLoops = () => {
  for (const child of busyLoops) child.kill("SIGKILL");
};
process.on("exit", endLoops);
let mocha;
let interrupted = false;
for (const signal of ["SIGINT", "SIGTERM"]) {
  process.once(signal, () => {
    interrupted = true;
    mocha?.kill("SIGINT");
  });
}

const lines = [];
let green = true;
for (let run = 1; run <= runs && !interrupted; run += 1) {
  const { succeeded, counts, failures, minutes } = await runTests(env, [], (child) => {
    mocha = child;
  });
  const line = `run ${run} of ${runs}, beside ${loops} busy loops: ${counts}, ${minutes.toFixed(1)} minutes`;
  process.stdout.write(`${line}\n`);
  lines.push(line, ...failures.map((title) => `  failed: ${title}`));
  green &&= succeeded;
}
endLoops();
process.stdout.write(`\n${lines.join("\n")}\n`);
process.exitCode = interrupted ? 130 : green ? 0 : 1;
