/** The plugin's version. Its archive, which has no package.json, is built with a replacement for this file. */
import { readFileSync } from "node:fs";
import { join } from "node:path";

/** This package's version, which is the plugin's. */
export function pluginVersion(): string {
  const manifest = readFileSync(join(__dirname, "..", "..", "package.json"), "utf8");
  return (JSON.parse(manifest) as { version: string }).version;
}
