/**
 * `npm run release -- [<version>] [--emulator <version>] [--dry-run [--system <system>]]`: makes everything that is published, in build/release: the archives of the
 * plugin and of the SDKs, the packages for npm, their bills of materials, the notes, and the checksums of all.
 *
 * It works in a copy, build/release-source. Given a version, it first gathers the notes of what has changed into the changelog there, and sets the
 * version. Without `--dry-run` that becomes a commit of this tree with a tag, and both are pushed: the tag starts .github/workflows/release.yml, which
 * runs this again without a version, and publishes what it has made.
 */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { gatherChanges } from "./changes.mjs";
import { run } from "./run.mjs";
import { ensureBuilt, ensureInstalled, repository, say } from "./setup.mjs";
import { layRunnableCopy } from "./workingCopy.mjs";

const { values, positionals } = parseArgs({
  options: { emulator: { type: "string" }, "dry-run": { type: "boolean" }, system: { type: "string", multiple: true } },
  allowPositionals: true,
});
const isDryRun = values["dry-run"] === true;
const wanted = { "": positionals[0], "packages/emulator": values.emulator };
const given = Object.values(wanted).filter((version) => version !== undefined);
const usable = given.every((version) => /^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version)) && positionals.length < 2;
if (!usable || (!isDryRun && (given.length === 0 || values.system !== undefined))) {
  process.stderr.write(
    "usage: npm run release -- [<version>] [--emulator <version>] [--dry-run [--system <system>]]\n",
  );
  process.exit(2);
}
if (!isDryRun && git("status", "--porcelain") !== "") throw new Error("commit what has changed first");

ensureInstalled();
ensureBuilt();
const target = join(repository, "build", "release");
const source = join(repository, "build", "release-source");
rmSync(target, { recursive: true, force: true });
mkdirSync(target, { recursive: true });
layRunnableCopy(source);
const before = new Map(given.length > 0 ? textsIn(source) : []);
const notes = Object.entries(wanted).flatMap(([folder, version]) =>
  version === undefined ? [] : [prepare(folder, version)],
);
const prepared = given.length > 0 ? [...textsIn(source)].filter(([path, text]) => before.get(path) !== text) : [];
const removed = [...before.keys()].filter((path) => !existsSync(join(source, path)));

run(source, process.execPath, "scripts/archives.mjs", target, ...(values.system ?? []));
if (notes.length > 0) writeFileSync(join(target, "notes.md"), `${notes.join("\n\n")}\n`);
const sums = readdirSync(target)
  .sort()
  .map((name) => `${sha256(join(target, name))}  ${name}\n`);
writeFileSync(join(target, "SHA256SUMS"), sums.join(""));
for (const name of readdirSync(target).sort()) process.stdout.write(`build/release/${name}\n`);
if (!isDryRun) publish();
rmSync(source, { recursive: true });

/** Sets the version, in everything that names it. Returns what the changelog says of it. */
function prepare(folder, version) {
  const inFolder = join(source, folder);
  const text = gatherChanges(inFolder, version);
  const { name, version: old } = JSON.parse(readFileSync(join(inFolder, "package.json"), "utf8"));
  const lock = JSON.parse(readFileSync(join(source, "package-lock.json"), "utf8"));
  lock.packages[folder].version = version;
  if (folder === "") lock.version = version;
  writeFileSync(join(source, "package-lock.json"), `${JSON.stringify(lock, null, 2)}\n`);
  utimesSync(join(source, "node_modules", ".package-lock.json"), new Date(), new Date());
  const pages =
    folder === ""
      ? ["src/core/version.ts", "README.md", "docs/_index.md", "docs/languages.md", "docs/pipelines.md"]
      : [];
  const versions = new RegExp(`(?<![\\d.])${old.replaceAll(".", "\\.")}(?![\\d.]*\\d)`, "g");
  for (const path of pages) replaceIn(join(source, path), versions, version);
  replaceIn(join(inFolder, "package.json"), `"version": "${old}"`, `"version": "${version}"`);
  run(source, process.execPath, "node_modules/tsx/dist/cli.mjs", "scripts/docs.ts");
  return `## ${name} ${version}\n\n${text}`;
}

function replaceIn(path, found, replacement) {
  writeFileSync(path, readFileSync(path, "utf8").replaceAll(found, replacement));
}

/** Brings what was prepared into this tree, commits and tags it, and pushes both. */
function publish() {
  for (const [path, text] of prepared) writeFileSync(join(repository, path), text);
  for (const path of removed) rmSync(join(repository, path));
  const tags = Object.entries(wanted).flatMap(([folder, version]) =>
    version === undefined ? [] : [`${folder === "" ? "" : "emulator-"}v${version}`],
  );
  git("add", "--all");
  git("commit", "--quiet", "--allow-empty", "--message", `Release ${tags.join(" and ")}`);
  for (const tag of tags) git("tag", "--annotate", tag, "--message", tag);
  git("push", "--atomic", "origin", "HEAD", ...tags);
  say(`pushed ${tags.join(" and ")}`);
}

/** The texts of the files that git would have of the copy. */
function* textsIn(folder) {
  for (const path of git("ls-files", "-z", "--cached", "--others", "--exclude-standard").split("\0")) {
    if (path !== "" && existsSync(join(folder, path))) yield [path, readFileSync(join(folder, path), "utf8")];
  }
}

function git(...args) {
  const { status, stdout, stderr } = spawnSync("git", args, { cwd: repository, encoding: "utf8", maxBuffer: 2 ** 28 });
  if (status !== 0) throw new Error(`git ${args.join(" ")} failed: ${stderr}`);
  return stdout;
}

function sha256(path) {
  return createHash("sha256").update(readFileSync(path)).digest("hex");
}
