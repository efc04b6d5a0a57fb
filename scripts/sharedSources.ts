/** What both packages rest on has its source in src/core; the emulator, which imports nothing of the provider's, has copies of it. */
import { readFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";

const repository = resolve(__dirname, "..");

/** By path in src/core. They import nothing. */
const SHARED = ["cloudflare/constants.ts", "cloudflare/endpoint.ts", "cloudflare/redact.ts", "clock.ts", "duration.ts"];

/** The copies as they are to be, by their path. */
export function sharedSources(): Map<string, string> {
  return new Map(
    SHARED.map((path) => {
      const source = readFileSync(join(repository, "src", "core", path), "utf8");
      const notice = `// A copy of src/core/${path}, made by \`npm run docs\`: change it there.\n`;
      return [join(repository, "packages", "emulator", "src", "shared", basename(path)), notice + source];
    }),
  );
}
