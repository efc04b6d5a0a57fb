/** `npm run sdk [-- <languages>]`: makes SDKs of the plugin from its schema, in build/sdk. Needs Go. */
import { spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { sdkGenerator } from "../tools/goPrograms.mjs";
import { ensureBuilt, ensureInstalled, repository, say } from "./setup.mjs";

const LANGUAGES = ["python", "go", "nodejs"];

ensureInstalled();
ensureBuilt();
const generator = sdkGenerator(say);
if (generator === undefined) {
  say("Go 1.26 or newer is needed: https://go.dev/dl/");
  process.exit(1);
}
const { schema } = createRequire(import.meta.url)("../dist/hosts/plugin/schema.js");
const languages = process.argv.length > 2 ? process.argv.slice(2) : LANGUAGES;
const target = join(repository, "build", "sdk");
// What was made for an earlier schema would be part of the SDK; so would what pip compiles in its folder.
for (const language of languages) rmSync(join(target, language), { recursive: true, force: true });
const { status } = spawnSync(generator, [target, ...languages], {
  input: JSON.stringify(schema()),
  stdio: ["pipe", "inherit", "inherit"],
});
if (status === 0) for (const language of languages) process.stdout.write(`build/sdk/${language}\n`);
process.exitCode = status ?? 1;
