/**
 * What others find the package by: schema.json, which the Pulumi Registry reads, and the address of the Go module in its example. Both follow from
 * the plugin's schema, and so from `repository` in package.json.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { schema } from "../src/hosts/plugin/schema";

const repository = resolve(__dirname, "..");
/** The module's address, where the example imports it and where its go.mod names it. */
const GO_MODULE = /[^\s"]+\/sdk\/go(?=\/cloudflarestream"| v0\.0\.0$| => )/gm;

/** The files that are written, with what belongs in them. */
export function registryFiles(): { readonly path: string; readonly text: string }[] {
  const { language } = schema() as { language: { go: { importBasePath: string } } };
  const module = language.go.importBasePath.replace(/\/cloudflarestream$/, "");
  const files = ["main.go", "go.mod"].map((name) => join(repository, "examples", "go", name));
  return [
    { path: join(repository, "schema.json"), text: `${JSON.stringify(schema(), null, 2)}\n` },
    ...files.map((path) => ({ path, text: readFileSync(path, "utf8").replace(GO_MODULE, module) })),
  ];
}

/** Writes them. */
export function writeRegistryFiles(): void {
  for (const { path, text } of registryFiles()) writeFileSync(path, text);
}
