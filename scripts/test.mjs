/** `npm test`: sets up what is missing, runs all tests, and ends with a plain line of counts. Arguments are mocha's. */
import { spawn } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { ensureBuilt, ensureInstalled, pulumiEnvironment, repository, say } from "./setup.mjs";

ensureInstalled();
ensureBuilt();
const engine = await pulumiEnvironment().catch((error) => {
  // A developer without an engine can still run the rest; a pipeline must not pass without it.
  if (process.env.CI) throw error;
  say(`${error.message}\nThe engine tests are skipped.`);
  return { ...process.env, PULUMI_ENGINE: "missing" };
});

const mocha = join(repository, "node_modules", "mocha", "bin", "mocha.js");
const args = process.argv.slice(2);
const child = spawn(process.execPath, [mocha, ...args], {
  cwd: repository,
  env: engine,
  stdio: ["ignore", "pipe", "inherit"],
});
let output = "";
child.stdout.on("data", (data) => {
  process.stdout.write(data);
  output += data;
});
child.on("close", (code) => {
  rmSync(join(repository, ".work", "test"), { recursive: true, force: true });
  const count = (word) => Number(new RegExp(`^\\s+(\\d+) ${word}\\b`, "m").exec(output)?.[1] ?? 0);
  const [passed, failed, skipped] = [count("passing"), count("failing"), count("pending")];
  process.stdout.write(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}\n`);
  process.exitCode = code !== 0 || passed === 0 ? 1 : 0;
});
