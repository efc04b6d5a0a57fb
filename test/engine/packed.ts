/** What `npm pack` makes of this package and of those of the tests: packed once for each content, however many tests want it. */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from "node:fs";
import { join, resolve } from "node:path";

const repository = resolve(__dirname, "../..");
const kept = join(repository, ".work", "packed");

/** Packs this package as it is built. Returns the tarball's path. */
export function packThisPackage(): string {
  return packed(repository, ["package.json", "README.md", "LICENSE", "CHANGELOG.md", "dist"]);
}

/** Packs a folder. Returns the tarball's path. */
export function pack(folder: string): string {
  return packed(folder, readdirSync(folder).sort());
}

/**
 * Packs a folder. Returns the tarball's path.
 *
 * @param parts what the tarball may depend on: files, and folders with all that is in them
 */
export function packed(folder: string, parts: readonly string[]): string {
  const hash = createHash("sha256");
  for (const file of parts.flatMap((part) => filesIn(folder, part))) {
    hash
      .update(`${file}\0`)
      .update(readFileSync(join(folder, file)))
      .update("\0");
  }
  const place = join(kept, hash.digest("hex").slice(0, 16));
  if (!existsSync(place)) {
    mkdirSync(kept, { recursive: true });
    const unfinished = mkdtempSync(join(kept, "unfinished-"));
    const args = ["pack", folder, "--ignore-scripts", "--silent", "--pack-destination", unfinished];
    execFileSync("npm", args, { cwd: unfinished, stdio: "pipe" });
    publish(unfinished, place);
  }
  const [name = ""] = readdirSync(place);
  return join(place, name);
}

/** Gives a folder its name; another process may have been quicker. */
export function publish(unfinished: string, place: string): void {
  try {
    renameSync(unfinished, place);
  } catch (error) {
    rmSync(unfinished, { recursive: true, force: true });
    if (!existsSync(place)) throw error;
  }
}

function filesIn(folder: string, part: string): string[] {
  if (!statSync(join(folder, part)).isDirectory()) return [part];
  const entries = readdirSync(join(folder, part)).sort();
  return entries.flatMap((entry) => filesIn(folder, join(part, entry)));
}
