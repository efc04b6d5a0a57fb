/**
 * Makes the published packages resolvable by their names from the examples, which have package files of their own as
 * any program has. npm links the workspace only when it installs, and this package never.
 */
import { existsSync, mkdirSync, realpathSync, rmSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const repository = dirname(dirname(fileURLToPath(import.meta.url)));
const FOLDERS = {
  "pulumi-cloudflare-stream-downloads": repository,
  "cloudflare-stream-emulator": join(repository, "packages", "emulator"),
};

export function linkSelf() {
  for (const [name, folder] of Object.entries(FOLDERS)) {
    const link = join(repository, "node_modules", name);
    // A copied node_modules has the link to the clone that it was copied from.
    if (existsSync(link) && realpathSync(link) === realpathSync(folder)) continue;
    mkdirSync(dirname(link), { recursive: true });
    rmSync(link, { recursive: true, force: true });
    symlinkSync(folder, link, "junction");
  }
}

linkSelf();
