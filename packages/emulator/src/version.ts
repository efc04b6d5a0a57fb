/** This package's version, as its package.json has it. */
import { readFileSync } from "node:fs";
import { join } from "node:path";

const manifest = readFileSync(join(__dirname, "..", "package.json"), "utf8");

export const { version: VERSION } = JSON.parse(manifest) as { readonly version: string };
