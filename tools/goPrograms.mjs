/**
 * Builds what of Pulumi the tests and the release need besides the CLI: the generators of SDKs (tools/sdk), which the CLI
 * offers only where it has a language's newest host, and the host of YAML (tools/yaml-host). Uses nothing but Node and Go.
 */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { cached } from "./cached.mjs";
import { goBuild, goEnvironment } from "./goBuild.mjs";

const tools = dirname(fileURLToPath(import.meta.url));

/**
 * The path of the generators of SDKs.
 *
 * @param {(line: string) => void} say told what takes time
 * @returns {string | undefined} undefined where Go is not installed
 */
export function sdkGenerator(say) {
  return built("sdk", "sdk-generator", ".", say);
}

/**
 * The path of YAML's language host, whose folder belongs on the PATH.
 *
 * @param {(line: string) => void} say told what takes time
 * @returns {string | undefined} undefined where Go is not installed
 */
export function yamlHost(say) {
  const name = "pulumi-language-yaml";
  return built("yaml-host", name, `github.com/pulumi/pulumi-yaml/cmd/${name}`, say);
}

/** A program in a folder of its own in the cache, built where it is not there. */
function built(part, name, source, say) {
  if (spawnSync("go", ["version"]).status !== 0) return undefined;
  const from = join(tools, part);
  const hash = createHash("sha256").update(`${process.platform} ${process.arch}`);
  for (const file of readdirSync(from).sort()) hash.update(readFileSync(join(from, file)));
  const folder = cached(`${part}-${hash.digest("hex").slice(0, 12)}`, (unfinished) => {
    say(`building ${name} (a minute, once)`);
    const options = { cwd: from, env: goEnvironment(), stdio: ["ignore", 2, 2] };
    const { status } = spawnSync("go", goBuild(join(unfinished, name), source), options);
    if (status !== 0) throw new Error(`${name} could not be built`);
  });
  return join(folder, name);
}
