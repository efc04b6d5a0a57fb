/** SDKs as archives that each language installs: for Node.js, Python and Go, from what `npm run sdk` makes in build/sdk. */
import { copyFileSync, existsSync, mkdirSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { cacheFolder } from "../tools/cacheFolder.mjs";
import { sdkGenerator } from "../tools/goPrograms.mjs";
import { cached } from "../tools/cached.mjs";
import { run } from "./run.mjs";
import { repository, say } from "./setup.mjs";

/** What the generated code in TypeScript is compiled against: generators write calls that older ones lack. */
const NODE_SDK = "@pulumi/pulumi@3.276.0";
const PYTHON_TOOLS = ["build==1.6.1", "setuptools==80.9.0"];

/**
 * Makes the archives.
 *
 * @param {string} target the folder that they are laid in
 */
export function archiveSdks(target) {
  const sdk = (language) => join(repository, "build", "sdk", language);
  run(repository, process.execPath, "scripts/sdk.mjs");
  for (const language of ["nodejs", "python", "go"])
    copyFileSync(join(repository, "LICENSE"), join(sdk(language), "LICENSE"));
  archiveNode(sdk("nodejs"), target);
  archivePython(sdk("python"), target);
  archiveGo(sdk("go"), target);
}

/** As Pulumi's own host packs it: compiled into bin, with the package's file beside it. */
function archiveNode(folder, target) {
  symlinkSync(join(nodeTools(), "node_modules"), join(folder, "node_modules"), "junction");
  const tsc = join(repository, "node_modules", "typescript", "bin", "tsc");
  const types = join(repository, "node_modules", "@types");
  run(folder, process.execPath, tsc, "-p", ".", "--noEmitOnError", "--typeRoots", types);
  for (const file of ["package.json", "README.md", "LICENSE"])
    copyFileSync(join(folder, file), join(folder, "bin", file));
  run(join(folder, "bin"), "npm", "pack", "--ignore-scripts", "--silent", "--pack-destination", target);
}

function archivePython(folder, target) {
  copyFileSync(join(folder, "pulumi_cloudflare_stream", "README.md"), join(folder, "README.md"));
  run(folder, join(pythonTools(), "bin", "python"), "-m", "build", "--no-isolation", "--outdir", target);
}

/** Go takes a module's address from where it is: while the project has no home, there is nothing to pack. */
function archiveGo(folder, target) {
  const [, module = ""] = /^module (.*)$/m.exec(readFileSync(join(folder, "go.mod"), "utf8")) ?? [];
  if (!module.startsWith("github.com/")) {
    say("no Go module is packed: package.json names no repository, and so the module has no address");
    return;
  }
  const { version } = JSON.parse(readFileSync(join(repository, "package.json"), "utf8"));
  const archive = join(target, `cloudflarestream-go-v${version}.zip`);
  run(folder, sdkGenerator(say), "zip", folder, module, `v${version}`, archive);
}

/** A folder whose node_modules has Pulumi's SDK. */
function nodeTools() {
  return cached(`node-sdk-${NODE_SDK.replace(/.*@/, "")}`, (folder) => {
    run(folder, "npm", "install", "--prefix", folder, "--no-save", "--ignore-scripts", "--silent", NODE_SDK);
  });
}

/** A virtual environment that builds packages. It may not be moved, so that what is unfinished lacks the file `ready`. */
function pythonTools() {
  const folder = join(cacheFolder(), `python-build-${PYTHON_TOOLS.join("-").replace(/[=.]+/g, "-")}`);
  if (existsSync(join(folder, "ready"))) return folder;
  run(repository, "python3", "-m", "venv", "--clear", folder);
  run(repository, join(folder, "bin", "pip"), "install", "--quiet", "--disable-pip-version-check", ...PYTHON_TOOLS);
  mkdirSync(join(folder, "ready"));
  return folder;
}
