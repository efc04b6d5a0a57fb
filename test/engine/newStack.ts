/** What `pulumi stack init dev` leaves behind, written by hand: each test has a stack of its own, and none waits for that command. */
import { createHash } from "node:crypto";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

const repository = resolve(__dirname, "../..");

/** The passphrase of every stack here. */
export const PASSPHRASE = "passphrase";
/** Made by Pulumi from that passphrase; it is in the configuration and in the state. */
export const SALT = "v1:079yZBENdb4=:v1:rrb0hzcx9ACdzp7u:MNE6rTX9Fk5/X0VuSaCw+Xl2pPolnQ==";
/** The plugin is found where npm puts the executables of what it installs. */
const PLUGIN = "plugins:\n  providers:\n    - name: cloudflare-stream\n      path: node_modules/.bin\n";
const STACK = "organization/project/dev";

/** Lays out a program, its backend with one empty stack that is selected, and a home for the CLI. */
export function writeNewStack(folder: string): void {
  write(join(folder, "state", ".pulumi", "meta.yaml"), "version: 1\n");
  const state = { secrets_providers: { type: "passphrase", state: { salt: SALT } }, metadata: {} };
  const latest = { manifest: { time: "2026-01-01T00:00:00Z", magic: "", version: "" }, ...state };
  write(stateFile(folder), JSON.stringify({ version: 3, checkpoint: { stack: STACK, latest } }));
  const project = join(folder, "program", "Pulumi.yaml");
  write(project, `name: project\nruntime: nodejs\n${PLUGIN}`);
  write(join(folder, "program", "Pulumi.dev.yaml"), `encryptionsalt: ${SALT}\n`);
  write(join(folder, "program", "package.json"), '{ "main": "index.js" }\n');
  const key = createHash("sha1").update(project).digest("hex");
  write(join(folder, "home", "workspaces", `project-${key}-workspace.json`), JSON.stringify({ stack: STACK }));
}

/** Where a stack of the project keeps its state. */
export function stateFile(folder: string, stack = "dev"): string {
  return join(folder, "state", ".pulumi", "stacks", "project", `${stack}.json`);
}

/**
 * Puts this package, as it is built, and @pulumi/pulumi into a `node_modules`. Only what is published is linked: before each
 * update Pulumi's language host searches all folders of a package for plugins, and the repository's would take it a while.
 */
export function linkPackages(nodeModules: string): void {
  const own = join(nodeModules, "pulumi-cloudflare-stream-downloads");
  for (const folder of [own, join(nodeModules, "@pulumi")]) mkdirSync(folder, { recursive: true });
  for (const part of ["package.json", "dist"]) symlinkSync(join(repository, part), join(own, part));
  symlinkSync(join(repository, "node_modules", "@pulumi/pulumi"), join(nodeModules, "@pulumi/pulumi"));
  mkdirSync(join(nodeModules, ".bin"));
  symlinkSync(
    join(own, "dist", "hosts", "plugin", "cli.js"),
    join(nodeModules, ".bin", "pulumi-resource-cloudflare-stream"),
  );
}

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
