/** Makes this package resolvable by its own name from the examples, which have package files of their own as any program has. */
import { lstatSync, mkdirSync, rmSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const repository = dirname(dirname(fileURLToPath(import.meta.url)));
const link = join(repository, "node_modules", "pulumi-cloudflare-stream-downloads");

export function linkSelf() {
  if (lstatSync(link, { throwIfNoEntry: false })?.isSymbolicLink()) return;
  mkdirSync(dirname(link), { recursive: true });
  rmSync(link, { recursive: true, force: true });
  symlinkSync(repository, link, "junction");
}

linkSelf();
