/** A copy of this working tree: what git has of it, or would have. What is changed there changes nothing here. */
import { spawnSync } from "node:child_process";
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { packages, repository } from "./setup.mjs";

/**
 * Copies into a folder, with the files' times, so that what is built there is built again only where it has to be.
 *
 * @param {string} folder where it is; what a former copy left there is removed
 * @param {string[]} kept names in the folder that stay, such as `node_modules`
 */
export function copyWorkingTree(folder, kept = []) {
  mkdirSync(folder, { recursive: true });
  for (const entry of readdirSync(folder)) {
    if (!kept.includes(entry)) rmSync(join(folder, entry), { recursive: true });
  }
  const listed = spawnSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], {
    cwd: repository,
  });
  if (listed.status !== 0) throw new Error(`git does not list the files of ${repository}: ${listed.stderr}`);
  const files = listed.stdout.toString().split("\0");
  for (const file of files.filter((path) => path !== "" && existsSync(join(repository, path)))) {
    const [from, to] = [join(repository, file), join(folder, file)];
    mkdirSync(dirname(to), { recursive: true });
    copyFileSync(from, to);
    const { atime, mtime } = statSync(from);
    utimesSync(to, atime, mtime);
  }
}

/** Copies it with what is installed and built here, so that its scripts run there too, and what they build leaves this tree as it is. */
export function layRunnableCopy(folder) {
  copyWorkingTree(folder);
  for (const path of packages.map((place) => place.slice(repository.length + 1))) {
    const [from, to] = [join(repository, path, "dist"), join(folder, path, "dist")];
    cpSync(from, to, { recursive: true, preserveTimestamps: true });
  }
  const modules = join(folder, "node_modules");
  mkdirSync(modules);
  const own = packages.map((place) => JSON.parse(readFileSync(join(place, "package.json"), "utf8")).name);
  for (const name of readdirSync(join(repository, "node_modules")).filter((entry) => !own.includes(entry))) {
    const installed = join(repository, "node_modules", name);
    if (name === ".package-lock.json") copyFileSync(installed, join(modules, name));
    else symlinkSync(installed, join(modules, name), "junction");
  }
}
