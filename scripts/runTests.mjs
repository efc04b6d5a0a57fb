/** Running all tests once, which `npm test` does and `npm run test:stress` does again and again. */
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sdkGenerator, yamlHost } from "../tools/goPrograms.mjs";
import { ensureBuilt, ensureInstalled, pulumiEnvironment, repository, say } from "./setup.mjs";

/** Sets up what is missing; returns the environment that the tests need. */
export async function testEnvironment() {
  ensureInstalled();
  ensureBuilt();
  const environment = await environmentOfEngine();
  // Before the tests, so that no two of their files build it at once. Without Go they say themselves what is skipped.
  sdkGenerator(say);
  yamlHost(say);
  return environment;
}

function environmentOfEngine() {
  return pulumiEnvironment().catch((error) => {
    // A developer without an engine can still run the rest; a pipeline must not pass without it.
    if (process.env.CI) throw error;
    say(`${error.message}\nThe engine tests are skipped.`);
    return { ...process.env, PULUMI_ENGINE: "missing" };
  });
}

/** What takes longest on the engine, by minutes. It begins first: a long file that comes last runs while nothing else is left to run beside it. */
const LONGEST = [
  "continueOnError",
  "examples",
  "versions",
  "identity",
  "faults",
  "libraryFailures",
  "crash",
  "librarySize",
  "continueReplacing",
  "secrets",
  "concurrency",
  "pipelines",
];

/** All tests: those on the engine first, since they take longer than the others. */
const ALL_TESTS = [
  ...LONGEST.map((name) => `test/engine/${name}.test.ts`),
  `test/engine/!(${LONGEST.join("|")}).test.ts`,
  "test/faults/libraryMatrix.test.ts",
  "test/faults/!(libraryMatrix).test.ts",
  "test/!(engine|faults)/**/*.test.ts",
  "packages/*/test/*.test.ts",
];

/** Mocha's arguments, with all tests where none are named: mocha itself would add what its configuration names to what is named here. */
export function withTests(args) {
  const areNamed = args.some((arg) => arg.includes("*") || existsSync(join(repository, arg)));
  return areNamed ? args : [...ALL_TESTS, ...args];
}

/**
 * Runs mocha, and shows what it prints.
 *
 * @param {NodeJS.ProcessEnv} env from {@link testEnvironment}
 * @param {string[]} args mocha's
 * @param {(child: import("node:child_process").ChildProcess) => void} started told of mocha's process
 * @returns {Promise<{ succeeded: boolean, counts: string, failures: string[], minutes: number }>} `counts` is a line in
 *   words, `failures` the titles of the tests that failed
 */
export async function runTests(env, args = [], started = () => undefined) {
  const folder = mkdtempSync(join(tmpdir(), "test-run-"));
  const report = join(folder, "failures.json");
  const startedAt = Date.now();
  const child = spawn(
    process.execPath,
    [join(repository, "node_modules", "mocha", "bin", "mocha.js"), ...withTests(args)],
    {
      cwd: repository,
      env: { ...env, TEST_FAILURES: report },
      stdio: ["ignore", "pipe", "inherit"],
    },
  );
  started(child);
  let output = "";
  child.stdout.on("data", (data) => {
    process.stdout.write(data);
    output += data;
  });
  const code = await new Promise((resolve) => child.on("close", resolve));
  const failures = existsSync(report) ? JSON.parse(readFileSync(report, "utf8")) : [];
  for (const used of [folder, join(repository, ".work", "test")]) rmSync(used, { recursive: true, force: true });
  const count = (word) => Number(new RegExp(`^\\s+(\\d+) ${word}\\b`, "m").exec(output)?.[1] ?? 0);
  const [passed, failed, skipped] = [count("passing"), count("failing"), count("pending")];
  return {
    succeeded: code === 0 && passed > 0,
    counts: `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`,
    failures,
    minutes: (Date.now() - startedAt) / 60_000,
  };
}
