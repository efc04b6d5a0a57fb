/** Brings a fresh clone to where its commands work: dependencies, build, CLI. Uses nothing but Node, and does only what is missing. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, statSync, utimesSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { pulumiBinFolder } from "../tools/pulumiCli.mjs";
import { linkSelf } from "./linkSelf.mjs";

export const repository = dirname(dirname(fileURLToPath(import.meta.url)));

/** The folders of the packages that are built here. */
export const packages = [repository, join(repository, "packages", "emulator")];

/** Says what takes time, on the error stream, so that a command's own output stays its own. */
export const say = (line) => process.stderr.write(`[setup] ${line}\n`);

/** Installs the dependencies where the lock file is newer than what is installed. */
export function ensureInstalled() {
  const marker = join(repository, "node_modules", ".package-lock.json");
  if (modified(marker) < modified(join(repository, "package-lock.json"))) {
    say("installing the dependencies");
    mustRun("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"]);
    utimesSync(marker, new Date(), new Date());
  }
  linkSelf();
}

/** Compiles where a source is newer than the last build. */
export function ensureBuilt() {
  const isBuilt = packages.every((folder) => {
    const inputs = [join(folder, "tsconfig.build.json"), ...sources(join(folder, "src"))];
    return modified(join(folder, "dist", "index.js")) >= Math.max(...inputs.map(modified));
  });
  if (isBuilt) return;
  say("building");
  mustRun("npm", ["run", "--silent", "build"]);
}

/**
 * The environment in which Pulumi runs here: the CLI on the PATH, and state in a folder of this repository unless told otherwise.
 * PULUMI_TEST_CLI chooses one of the versions that tools/pulumiCli.mjs makes.
 */
export async function pulumiEnvironment() {
  const bin = await pulumiBinFolder(say, process.env.PULUMI_TEST_CLI || undefined);
  const work = join(repository, ".work");
  const backend = join(work, "state");
  mkdirSync(backend, { recursive: true });
  return {
    PULUMI_HOME: join(work, "pulumi-home"),
    PULUMI_BACKEND_URL: `file://${backend}`,
    PULUMI_CONFIG_PASSPHRASE: "",
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    ...process.env,
    PATH: `${bin}${delimiter}${process.env.PATH ?? ""}`,
  };
}

function modified(path) {
  return existsSync(path) ? statSync(path).mtimeMs : 0;
}

function sources(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

function mustRun(command, args) {
  const { status, error } = spawnSync(command, args, {
    cwd: repository,
    stdio: ["ignore", 2, 2],
    shell: process.platform === "win32",
  });
  if (status !== 0)
    throw new Error(`${command} ${args.join(" ")} failed${error === undefined ? "" : `: ${error.message}`}`);
}
