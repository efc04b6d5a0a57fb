/** `npm run coverage`: all tests with the coverage of every package's src, in the tests' own process and in the engine's plugin processes. */
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, rmSync } from "node:fs";
import { join, relative } from "node:path";
import { transformSync } from "esbuild";
import { ensureBuilt, ensureInstalled, packages, pulumiEnvironment, repository } from "./setup.mjs";
import { withTests } from "./runTests.mjs";

/** The sources of which nothing is left to run. */
function typesAlone() {
  const folders = packages.map((folder) => join(folder, "src"));
  const files = folders.flatMap((folder) => readdirSync(folder, { recursive: true }).map((name) => join(folder, name)));
  const isTypesAlone = (file) => transformSync(readFileSync(file, "utf8"), { loader: "ts" }).code.trim() === "";
  return files.filter((file) => file.endsWith(".ts") && isTypesAlone(file)).map((file) => relative(repository, file));
}

ensureInstalled();
const run = (command, args, env = process.env) =>
  spawnSync(command, args, { cwd: repository, env, stdio: ["ignore", "inherit", "inherit"] }).status;
const bin = (name) => join(repository, "node_modules", ".bin", name);

// With source maps, so that what runs in the plugin process counts for the same lines; inline, because tests pack dist.
run(process.execPath, [join(repository, "scripts", "build.mjs"), "--inlineSourceMap", "--inlineSources"]);
const folder = join(repository, "coverage", "raw");
rmSync(folder, { recursive: true, force: true });
const env = {
  ...(await pulumiEnvironment()),
  STREAM_COVERAGE_HOOK: join(repository, "test", "support", "coverageHook.cjs"),
};
const report = [
  "--temp-directory",
  folder,
  "--all",
  "--include",
  "src/**/*.ts",
  "--include",
  "packages/*/src/**/*.ts",
  ...typesAlone().flatMap((file) => ["--exclude", file]),
  "--exclude-after-remap",
  "--reporter",
  "text",
  "--reporter",
  "lcovonly",
];
const limits = ["--check-coverage", "--lines", "95", "--branches", "90", "--statements", "95", "--functions", "0"];
process.exitCode = run(bin("c8"), [...report, ...limits, bin("mocha"), ...withTests(process.argv.slice(2))], env) ?? 1;
for (const folder of packages) rmSync(join(folder, "dist"), { recursive: true, force: true });
ensureBuilt();
