/**
 * `npm run test:engines [-- <names>]`: the suites that depend most on the engine, on the other engines of tools/engines.json, all or those that are named.
 * After each come its counts. A copy of this working tree, in .work/engines, has the SDK of an engine that is not the installed one.
 */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { ensureInstalled, repository, say } from "./setup.mjs";
import { copyWorkingTree } from "./workingCopy.mjs";

const QUIET = ["--no-audit", "--no-fund", "--loglevel=error", "--prefer-offline"];
/** What a copy keeps when its sources are brought up to date. */
const KEPT = ["node_modules", ".work"];

const engines = JSON.parse(readFileSync(join(repository, "tools", "engines.json"), "utf8"));
const [usual, ...others] = engines;
const named = process.argv.slice(2);
const names = others.map(({ name }) => name);
if (!named.every((name) => names.includes(name))) {
  process.stderr.write(`usage: npm run test:engines [-- <names>], of ${names.join(", ")}\n`);
  process.exit(2);
}

ensureInstalled();
const folderOfEngines = join(repository, ".work", "engines");
for (const engine of others.filter(({ name }) => named.length === 0 || named.includes(name))) {
  const { name, cli, sdk, node, suites } = engine;
  const isUsual = sdk === usual.sdk && node === usual.node;
  const env = { ...process.env, PULUMI_TEST_CLI: cli, ...(isUsual ? {} : { PATH: pathWithNode(node) }) };
  const folder = isUsual ? repository : copyWith(sdk, join(folderOfEngines, name), env);
  process.stdout.write(`\n${name}: CLI ${cli}, @pulumi/pulumi ${sdk}, Node.js ${node}\n`);
  const files = suites.map((suite) => `test/engine/${suite}.test.ts`);
  const { status } = spawnSync("node", ["scripts/test.mjs", ...files], { cwd: folder, env, stdio: "inherit" });
  if (status !== 0) process.exitCode = 1;
}

/** The PATH with that version of Node.js first, which npm has as a package. */
function pathWithNode(version) {
  const folder = join(folderOfEngines, `node-${version}`);
  const bin = join(folder, "node_modules", "node", "bin");
  if (!existsSync(bin)) {
    say(`installing Node.js ${version}`);
    mkdirSync(folder, { recursive: true });
    mustRun(folder, process.env, "install", "--prefix", folder, "--no-save", ...QUIET, `node@${version}`);
  }
  return `${bin}${delimiter}${process.env.PATH ?? ""}`;
}

/** Copies this working tree, and installs another version of the SDK there. Returns the folder. */
function copyWith(sdk, folder, env) {
  copyWorkingTree(folder, KEPT);
  const lock = readFileSync(join(folder, "package-lock.json"));
  const wanted = createHash("sha256").update(lock).update(sdk).digest("hex");
  const marker = join(folder, "node_modules", ".installed-for");
  if (existsSync(marker) && readFileSync(marker, "utf8") === wanted) return folder;
  say(`installing the dependencies with @pulumi/pulumi ${sdk}`);
  mustRun(folder, env, "ci", "--ignore-scripts", ...QUIET);
  mustRun(folder, env, "install", "--no-save", "--ignore-scripts", ...QUIET, `@pulumi/pulumi@${sdk}`);
  writeFileSync(marker, wanted);
  return folder;
}

function mustRun(cwd, env, ...args) {
  const { status } = spawnSync("npm", args, { cwd, env, stdio: ["ignore", 2, 2] });
  if (status !== 0) throw new Error(`npm ${args.join(" ")} failed`);
}
