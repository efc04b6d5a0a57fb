/** Finds a Pulumi CLI for this repository, or makes one. Uses nothing but Node. */
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { chmodSync, copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { cacheFolder } from "./cacheFolder.mjs";
import { goBuild, goEnvironment } from "./goBuild.mjs";

/** The CLI that commands and tests use: the newest that can be had. */
export const NEWEST_CLI = "3.276.0";
/** An older one, whose engine asks providers about skipped resources too; `npm run test:engines` runs on both. */
export const OLDER_CLI = "3.228.0";
/** The folders of their module files. */
const MODULES = { [NEWEST_CLI]: "cli", [OLDER_CLI]: "older-cli" };
/** A user's own CLI is used from here on. */
const OLDEST_OWN_CLI = [3, 200, 0];
const NODE_HOST = "github.com/pulumi/pulumi/sdk/v3/nodejs/cmd/pulumi-language-nodejs";
const PYTHON_HOST = "github.com/pulumi/pulumi/sdk/v3/python/cmd/pulumi-language-python";
const DOWNLOAD_HOST = "https://get.pulumi.com";
const PROBE_MS = 4000;
const HEARTBEAT_MS = 10_000;

const tools = dirname(fileURLToPath(import.meta.url));
const repository = dirname(tools);

/**
 * The folder to put first on the PATH, so that `pulumi` and its language hosts are found.
 * @param {(line: string) => void} say told what takes time
 * @param {string | undefined} wanted the CLI's version, one of those above. Default: a user's own, else the newest
 * @returns {Promise<string>}
 */
export async function pulumiBinFolder(say, wanted) {
  const own = wanted === undefined ? fromPath() : undefined;
  if (own !== undefined) return own;
  const version = wanted ?? NEWEST_CLI;
  if (MODULES[version] === undefined)
    throw new Error(`there is no CLI ${version} here, only ${Object.keys(MODULES).join(" and ")}`);
  const folder = cliFolder(version);
  if (!existsSync(join(folder, "pulumi"))) {
    if (!(await reachable(DOWNLOAD_HOST)) || !(await download(version, folder, say))) await build(version, folder, say);
  }
  addDynamicProvider(folder);
  return folder;
}

/** A user's own CLI, where it and its language host are there and recent enough. */
function fromPath() {
  for (const folder of (process.env.PATH ?? "").split(delimiter)) {
    if (!existsSync(join(folder, "pulumi")) || !existsSync(join(folder, "pulumi-language-nodejs"))) continue;
    const { stdout } = spawnSync(join(folder, "pulumi"), ["version"], { encoding: "utf8", timeout: 20_000 });
    const version = /v?(\d+)\.(\d+)\.(\d+)/
      .exec(stdout ?? "")
      ?.slice(1)
      .map(Number);
    if (version !== undefined && atLeast(version, OLDEST_OWN_CLI)) return folder;
  }
  return undefined;
}

function atLeast(version, oldest) {
  for (const [i, part] of oldest.entries()) {
    if (version[i] !== part) return version[i] > part;
  }
  return true;
}

/** Outside of git, by everything that decides what is built. */
function cliFolder(version) {
  const hash = createHash("sha256").update(`${process.platform} ${process.arch} ${version}`);
  for (const part of [MODULES[version], "language-host"]) hash.update(readFileSync(join(tools, part, "go.mod")));
  return join(cacheFolder(), `pulumi-${version}-${hash.digest("hex").slice(0, 12)}`);
}

/** A closed network may not respond at all, so the attempt ends after a few seconds. */
async function reachable(url) {
  try {
    await fetch(url, { method: "HEAD", signal: AbortSignal.timeout(PROBE_MS) });
    return true;
  } catch {
    return false;
  }
}

/** The official npm package: it fetches the CLI with all its parts into PULUMI_HOME. Returns whether it could. */
async function download(version, folder, say) {
  say(`downloading the Pulumi CLI ${version} with the official npm package`);
  const home = `${folder}.download-${process.pid}`;
  const env = { ...process.env, PULUMI_HOME: home, PULUMI_VERSION: version, PULUMI_SKIP_UPDATE_CHECK: "true" };
  try {
    await run("npx", ["--yes", "pulumi", "version"], { env, cwd: tools }, "downloading", say);
  } catch (error) {
    say(`the download failed: ${error.message.split("\n")[0]}`);
    return false;
  }
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(dirname(folder), { recursive: true });
  renameSync(join(home, "versions", version, "bin"), folder);
  return true;
}

async function build(version, folder, say) {
  const go = spawnSync("go", ["version"], { encoding: "utf8" });
  if (go.status !== 0) {
    throw new Error(
      `there is no Pulumi CLI on the PATH, ${DOWNLOAD_HOST} cannot be reached, and to build the CLI Go 1.26 or newer is needed, ` +
        "which is not here. Install Pulumi (https://www.pulumi.com/docs/install/) or Go, then run this again.",
    );
  }
  say(
    `no Pulumi CLI here and no way to download one: building ${version} with ${go.stdout.trim()} (some minutes, once)`,
  );
  const unfinished = `${folder}.build-${process.pid}`;
  mkdirSync(unfinished, { recursive: true });
  const env = goEnvironment();
  const stamp = `-X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v${version}`;
  const parts = [
    [MODULES[version], "pulumi", "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi", stamp],
    ["language-host", "pulumi-language-nodejs", NODE_HOST],
    ["language-host", "pulumi-language-python", PYTHON_HOST],
  ];
  for (const [part, name, source, flags] of parts) {
    const args = goBuild(join(unfinished, name), source, flags);
    await run("go", args, { env, cwd: join(tools, part) }, `building ${name}`, say);
  }
  addPythonScript(unfinished, env);
  if (existsSync(folder)) rmSync(unfinished, { recursive: true });
  else renameSync(unfinished, folder);
  say("the Pulumi CLI is built");
}

/** The Python host starts programs by a script, which it looks for beside itself; the module has it in the folder above. */
function addPythonScript(folder, env) {
  const options = { env, cwd: join(tools, "language-host"), encoding: "utf8" };
  const { stdout, stderr } = spawnSync("go", ["list", "-f", "{{.Dir}}", PYTHON_HOST], options);
  if (stdout.trim() === "") throw new Error(`the folder of ${PYTHON_HOST} was not found: ${stderr}`);
  const name = "pulumi-language-python-exec";
  copyFileSync(join(dirname(stdout.trim()), name), join(folder, name));
  chmodSync(join(folder, name), 0o755);
}

/** The third piece of the engine's Node.js side is a script that @pulumi/pulumi ships. */
function addDynamicProvider(folder) {
  const name = "pulumi-resource-pulumi-nodejs";
  const shipped = join(repository, "node_modules", "@pulumi", "pulumi", name);
  if (existsSync(join(folder, name)) || !existsSync(shipped)) return;
  const copy = join(folder, `${name}.${process.pid}`);
  copyFileSync(shipped, copy);
  chmodSync(copy, 0o755);
  renameSync(copy, join(folder, name));
}

/** Runs a command, quietly but for a line now and then; its output is shown if it fails. */
function run(command, args, options, what, say) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { ...options, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    const started = Date.now();
    const heartbeat = setInterval(() => say(`${what}: ${Math.round((Date.now() - started) / 1000)} s`), HEARTBEAT_MS);
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (data) => {
        output = (output + data).slice(-20_000);
      });
    }
    child.on("error", (error) => {
      clearInterval(heartbeat);
      reject(error);
    });
    child.on("close", (code) => {
      clearInterval(heartbeat);
      if (code === 0) resolve();
      else reject(new Error(`${what} failed (${command} exited with ${code}):\n${output}`));
    });
  });
}
