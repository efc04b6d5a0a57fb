/**
 * `npm run demo`: the life of a download, on the real engine, as Pulumi itself shows it. Against an emulator on this machine, or
 * against Cloudflare when CLOUDFLARE_API_TOKEN, CLOUDFLARE_ACCOUNT_ID and a video id (`npm run demo -- <video id>`) are given.
 */
import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { ensureBuilt, ensureInstalled, pulumiEnvironment, repository } from "./setup.mjs";

const EMULATED = {
  account: "023e105f4ecef8ad9ca31a8372d0c353",
  video: "ea95132c15732412d22c1476fa83f27a",
  token: "emulator-token",
};

const heading = (text) => process.stdout.write(`\n\u001b[1m── ${text}\u001b[0m\n`);

ensureInstalled();
ensureBuilt();
mkdirSync(join(repository, ".work"), { recursive: true });
const folder = mkdtempSync(join(repository, ".work", "demo-"));
const real = process.env.CLOUDFLARE_API_TOKEN && process.env.CLOUDFLARE_ACCOUNT_ID && process.argv[2];
const env = {
  ...(await pulumiEnvironment()),
  PULUMI_BACKEND_URL: `file://${folder}`,
  PULUMI_HOME: join(folder, "home"),
  PULUMI_CONFIG_PASSPHRASE: "demo",
};
const configFile = join(folder, "Pulumi.demo.yaml");
// `stack init` writes a salt beside Pulumi.yaml whatever --config-file says.
const saltFile = join(repository, "Pulumi.demo.yaml");
const hadSaltFile = existsSync(saltFile);
let emulator;
let running;
let interrupted = false;
for (const signal of ["SIGINT", "SIGTERM"]) {
  process.on(signal, () => {
    interrupted = true;
    if (signal === "SIGTERM") running?.kill("SIGINT");
  });
}

try {
  if (!real) {
    const { startEmulator } = installedEmulator();
    emulator = await startEmulator({ encodingMs: 6000 });
    Object.assign(env, {
      CLOUDFLARE_BASE_URL: emulator.baseUrl,
      CLOUDFLARE_API_TOKEN: EMULATED.token,
      CLOUDFLARE_ACCOUNT_ID: EMULATED.account,
    });
    process.stdout.write(
      `An emulator of Cloudflare Stream stands in at ${emulator.baseUrl}; making a file takes it 6 s.\n`,
    );
  }
  const videoId = real ? process.argv[2] : EMULATED.video;
  heading("A stack with a file backend of its own");
  await pulumi("stack", "init", "demo");
  await pulumi("config", "set", "videoId", videoId, "--stack", "demo", "--config-file", configFile);
  heading("pulumi preview: no request to Cloudflare");
  await inStack("preview");
  heading("pulumi up: an MP4 and an audio download, waited for");
  await inStack("up", "--yes", "--skip-preview");
  heading("The outputs, and the file behind the first");
  await pulumi("stack", "output", "--stack", "demo");
  await fetchFile();
  heading("pulumi up again: nothing to do");
  await inStack("up", "--yes", "--skip-preview", "--expect-no-changes");
  heading("The two types change places: both resources are replaced, and no file is made or lost that is needed");
  await pulumi("config", "set", "type", "audio", "--stack", "demo", "--config-file", configFile);
  await inStack("up", "--yes", "--skip-preview");
  heading("Someone deletes a download behind Pulumi's back; refresh sees it, up restores it");
  await deleteOutOfBand(videoId);
  await inStack("refresh", "--yes", "--skip-preview");
  await inStack("up", "--yes", "--skip-preview");
  heading("pulumi destroy");
  await inStack("destroy", "--yes", "--skip-preview");
  await pulumi("stack", "rm", "demo", "--yes", "--preserve-config");
  heading("Done. Nothing is left running.");
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
  if (real) process.stderr.write(`The state is kept in ${folder}.\n`);
} finally {
  await emulator?.close();
  if (!hadSaltFile) rmSync(saltFile, { force: true });
  if (!real || process.exitCode === undefined) rmSync(folder, { recursive: true, force: true });
}

/** The emulator as users have it: packed, and installed in the demo's folder. */
function installedEmulator() {
  const npm = (...args) => execFileSync("npm", [...args, "--loglevel=error"], { cwd: folder, encoding: "utf8" }).trim();
  const workspace = join(repository, "packages", "emulator");
  const tarball = npm("pack", workspace, "--ignore-scripts", "--silent", "--pack-destination", folder);
  writeFileSync(join(folder, "package.json"), '{ "private": true }\n');
  npm("install", "--omit=dev", "--no-audit", "--no-fund", "--prefer-offline", `./${tarball}`);
  return createRequire(join(folder, "demo.js"))("cloudflare-stream-emulator");
}

/** Runs the CLI on this terminal, so that its own live output is what is seen. */
function pulumi(...args) {
  if (interrupted) throw new Error("interrupted");
  return new Promise((resolve, reject) => {
    running = spawn("pulumi", args, { cwd: repository, env, stdio: ["ignore", "inherit", "inherit"] });
    running.on("error", reject);
    running.on("close", (code) =>
      code === 0 ? resolve() : reject(new Error(`pulumi ${args.join(" ")} exited with ${code}`)),
    );
  });
}

function inStack(command, ...args) {
  return pulumi(command, "--stack", "demo", "--config-file", configFile, ...args);
}

async function output(name) {
  return new Promise((resolve, reject) => {
    const child = spawn("pulumi", ["stack", "output", name, "--stack", "demo"], {
      cwd: repository,
      env,
      stdio: ["ignore", "pipe", "inherit"],
    });
    let text = "";
    child.stdout.on("data", (data) => {
      text += data;
    });
    child.on("error", reject);
    child.on("close", () => resolve(text.trim()));
  });
}

async function fetchFile() {
  const url = await output("firstUrl");
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url} responded with ${response.status}`);
  const bytes = (await response.arrayBuffer()).byteLength;
  process.stdout.write(`GET ${url}: ${response.status}, ${response.headers.get("content-type")}, ${bytes} bytes\n`);
}

async function deleteOutOfBand(videoId) {
  const base = env.CLOUDFLARE_BASE_URL ?? "https://api.cloudflare.com/client/v4";
  const url = `${base}/accounts/${env.CLOUDFLARE_ACCOUNT_ID}/stream/${videoId}/downloads/audio`;
  const response = await fetch(url, {
    method: "DELETE",
    headers: { authorization: `Bearer ${env.CLOUDFLARE_API_TOKEN}` },
  });
  process.stdout.write(`DELETE ${url}: ${response.status}\n`);
}
