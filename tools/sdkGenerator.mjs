/** Builds Pulumi's generators of SDKs (tools/sdk), which the Pulumi CLI alone offers only where it has a language's newest host. Uses nothing but Node and Go. */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { cacheFolder } from "./cacheFolder.mjs";
import { goBuild, goEnvironment } from "./goBuild.mjs";

const source = join(dirname(fileURLToPath(import.meta.url)), "sdk");

/**
 * The path of the program, which is built where it is not in the cache.
 *
 * @param {(line: string) => void} say told what takes time
 * @returns {string | undefined} undefined where Go is not installed
 */
export function sdkGenerator(say) {
  if (spawnSync("go", ["version"]).status !== 0) return undefined;
  const hash = createHash("sha256").update(`${process.platform} ${process.arch}`);
  for (const file of ["go.mod", "main.go"]) hash.update(readFileSync(join(source, file)));
  const folder = cacheFolder();
  const program = join(folder, `sdk-generator-${hash.digest("hex").slice(0, 12)}`);
  if (existsSync(program)) return program;
  say("building Pulumi's generators of SDKs (a minute, once)");
  mkdirSync(folder, { recursive: true });
  const unfinished = `${program}.${process.pid}`;
  const options = { cwd: source, env: goEnvironment(), stdio: ["ignore", 2, 2] };
  const { status } = spawnSync("go", goBuild(unfinished, "."), options);
  if (status !== 0) throw new Error("the generators of SDKs could not be built");
  renameSync(unfinished, program);
  return program;
}
