/** Makes in a folder what a release publishes, the plugin for all systems or those that are named, from the tree that this file lies in, which it changes: `npm run release` has made a copy for that. */
import { copyFileSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { run } from "./run.mjs";
import { absoluteLinks } from "./readmeLinks.mjs";
import { archiveSdks } from "./sdkArchives.mjs";
import { ensureBuilt, ensureInstalled, repository, say } from "./setup.mjs";

const [target = "", ...systems] = process.argv.slice(2);
ensureInstalled();
ensureBuilt();
const { homeOf } = createRequire(import.meta.url)("../dist/hosts/plugin/home.js");
const root = JSON.parse(readFileSync(join(repository, "package.json"), "utf8"));
if (root.repository === undefined)
  say("package.json names no repository: links stay relative, and addresses are left out");
else if (homeOf(root) === undefined)
  throw new Error('package.json: repository has to be one of GitHub, such as "github:owner/name"');

run(repository, process.execPath, "scripts/plugin.mjs", ...systems);
const plugins = join(repository, "build", "plugin");
for (const name of readdirSync(plugins)) copyFileSync(join(plugins, name), join(target, name));
copyFileSync(join(repository, "schema.json"), join(target, "schema.json"));
archiveSdks(target);
pack("", "v");
pack("packages/emulator", "emulator-v");

/** Packs a package for npm, which shows its pages elsewhere, and writes what it depends on. */
function pack(folder, tagPrefix) {
  const path = join(repository, folder, "package.json");
  const manifest = JSON.parse(readFileSync(path, "utf8"));
  const home = homeOf({ repository: root.repository, version: manifest.version }, tagPrefix);
  if (home !== undefined) {
    const address = { type: "git", url: `git+${home.url}.git`, ...(folder === "" ? {} : { directory: folder }) };
    writeFileSync(path, `${JSON.stringify({ ...manifest, repository: address }, null, 2)}\n`);
    for (const name of ["README.md", "CHANGELOG.md"]) {
      const page = join(repository, folder, name);
      writeFileSync(page, absoluteLinks(readFileSync(page, "utf8"), home, folder));
    }
  }
  run(join(repository, folder), "npm", "pack", "--ignore-scripts", "--silent", "--pack-destination", target);
  const which = folder === "" ? [] : ["--workspace", manifest.name];
  const bill = run(repository, "npm", "sbom", "--package-lock-only", "--omit=dev", "--sbom-format=cyclonedx", ...which);
  writeFileSync(join(target, `${manifest.name}-${manifest.version}.cdx.json`), bill);
}
