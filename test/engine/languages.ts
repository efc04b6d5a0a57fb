/** Programs in other languages: examples beside the SDK that they are written for, and what is installed or compiled for them, made once for each content. */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
} from "node:fs";
import { join, resolve } from "node:path";
import type { Emulator } from "../../packages/emulator/src";
import { publish } from "./packed";

const repository = resolve(__dirname, "../..");

/** For so long is kept what no test uses any more. */
const KEPT_MS = 14 * 24 * 3_600_000;

/** Skips the tests of a suite, and says why, where what they need is not installed; a pipeline must not pass without it. */
export function need(context: Mocha.Context, what: string, isInstalled: boolean): void {
  if (isInstalled) return;
  const message = `${what} is not installed`;
  if (process.env.CI) throw new Error(message);
  process.stderr.write(`${message}: the tests that need it are skipped.\n`);
  context.skip();
}

/** Whether a command succeeds. */
export function succeeds(command: string, ...args: string[]): boolean {
  try {
    execFileSync(command, args, { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

/**
 * Makes the SDK by `npm run sdk`, and lays the example of its language and the SDK out as they lie in the repository.
 *
 * @param others what, beside the example and the SDK, decides what is made: the version of what makes it, for one
 * @param make is given the example's folder; what it makes there is kept until anything of that changes
 * @returns the example's folder, which tests only read
 */
export async function madeExample(
  language: "python" | "go",
  others: string,
  make: (folder: string) => void,
): Promise<string> {
  const { cacheFolder } = (await import("../../tools/cacheFolder.mjs" as string)) as { cacheFolder: () => string };
  const cache = cacheFolder();
  mkdirSync(cache, { recursive: true });
  const unfinished = mkdtempSync(join(cache, "unfinished-"));
  try {
    const example = join("examples", language);
    const sdk = join("build", "sdk", language);
    execFileSync(process.execPath, ["scripts/sdk.mjs", language], { cwd: repository, stdio: "pipe" });
    for (const part of [example, sdk]) cpSync(join(repository, part), join(unfinished, part), { recursive: true });
    const place = join(cache, `${language}-example-${contentOf(unfinished, others)}`);
    if (!existsSync(place)) {
      for (const prefix of [`${language}-example-`, "unfinished-"]) removeUnused(cache, prefix);
      make(join(unfinished, example));
      publish(unfinished, place);
    }
    utimesSync(place, new Date(), new Date());
    return join(place, example);
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
}

function contentOf(folder: string, others: string): string {
  const hash = createHash("sha256").update(others);
  for (const path of (readdirSync(folder, { recursive: true }) as string[]).sort()) {
    if (!statSync(join(folder, path)).isFile()) continue;
    hash.update(`\0${path}\0`).update(readFileSync(join(folder, path)));
  }
  return hash.digest("hex").slice(0, 12);
}

function removeUnused(cache: string, prefix: string): void {
  for (const name of readdirSync(cache).filter((entry) => entry.startsWith(prefix))) {
    const place = join(cache, name);
    if (Date.now() - statSync(place).mtimeMs > KEPT_MS) rmSync(place, { recursive: true, force: true });
  }
}

/** Lays the plugin out in a stack's home for the CLI, as `pulumi plugin install` does. */
export function installPlugin(folder: string): void {
  const { version } = JSON.parse(readFileSync(join(repository, "package.json"), "utf8")) as { version: string };
  const plugin = join(folder, "home", "plugins", `resource-cloudflare-stream-v${version}`);
  mkdirSync(plugin, { recursive: true });
  const executable = join(repository, "dist", "hosts", "plugin", "cli.js");
  symlinkSync(executable, join(plugin, "pulumi-resource-cloudflare-stream"));
}

/** Runs a command and returns the requests sent for it, as `GET` or `POST audio`. */
export async function requestsOf(emulator: Emulator, run: () => Promise<unknown>): Promise<string[]> {
  const before = emulator.requests.length;
  await run();
  return emulator.requests.slice(before).map(({ method, type }) => `${method} ${type ?? ""}`.trim());
}
