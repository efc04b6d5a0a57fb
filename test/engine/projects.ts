/** Projects as package managers install them: this package packed, and a component library that declares downloads with it. */
import { execFileSync } from "node:child_process";
import { appendFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { video } from "../support/ids";
import { layInstalled } from "./installedBefore";
import { pack, packThisPackage } from "./packed";

export const PACKAGE = "pulumi-cloudflare-stream-downloads";
export const SDK = { "@pulumi/pulumi": "3.248.0" };
const SDK_PACKAGES = Object.entries(SDK).map(([name, version]) => `${name}@${version}`);

/** Declares a StreamDownload and a StreamDownloads, for a program that does not depend on this package itself. */
export const LIBRARY = {
  "package.json": {
    name: "acme-video",
    version: "1.0.0",
    dependencies: { [PACKAGE]: "*" },
    peerDependencies: { "@pulumi/pulumi": "^3.0.0" },
  },
  "index.js": `const { StreamDownload, StreamDownloads } = require("${PACKAGE}");
    exports.declare = () => {
      new StreamDownload("one", { videoId: "${video(1)}" });
      new StreamDownloads("many", { videoIds: ["${video(2)}"], types: ["audio"] });
    };\n`,
};

/** What exists at Cloudflare once the library's resources are deployed. */
export const FILES = [`${video(1)}/default`, `${video(2)}/audio`];

/** A program of the stack `dev`. `main` as in Pulumi.yaml. */
export function program(body: string, manifest: object, main?: string): Record<string, object | string> {
  return {
    "Pulumi.yaml": `name: project\nruntime: nodejs\n${main === undefined ? "" : `main: ${main}\n`}`,
    "package.json": { private: true, version: "1.0.0", main: "index.js", ...manifest },
    [join(main ?? "", "index.js")]: body,
  };
}

/** Commands of package managers; each takes what npm offers of it, and keeps its cache where it usually does. */
const COMMANDS = {
  npm: ["install", "--no-audit", "--no-fund", "--loglevel=error", "--prefer-offline"],
  pnpm: ["install", "--prefer-offline", "--no-frozen-lockfile", "--reporter=silent"],
  yarn: ["install", "--prefer-offline", "--silent", "--non-interactive", "--no-lockfile"],
  "@yarnpkg/cli-dist": ["install", "--no-immutable"],
} as const;

const BINARIES = { pnpm: "bin/pnpm.cjs", yarn: "bin/yarn.js", "@yarnpkg/cli-dist": "bin/yarn.js" } as const;

/** A folder for projects. The caller removes it. */
export class Projects {
  readonly folder = mkdtempSync(join(tmpdir(), "stream-projects-"));
  /** This package and the library, packed. */
  readonly tarball = packThisPackage();
  readonly library: string;

  /** @param tools what npm is to install first: package managers, a bundler */
  constructor(...tools: string[]) {
    this.library = pack(this.write("acme-video", LIBRARY));
    if (tools.length > 0) layInstalled(tools, this.folder);
  }

  /** Writes a project's files; objects as JSON. Returns its folder. */
  write(name: string, files: Record<string, object | string>): string {
    for (const [path, content] of Object.entries(files)) {
      const file = join(this.folder, name, path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, typeof content === "string" ? content : `${JSON.stringify(content, null, 2)}\n`);
    }
    return join(this.folder, name);
  }

  install(manager: keyof typeof COMMANDS, project: string, ...more: string[]): void {
    const args = [...COMMANDS[manager], ...more];
    const cwd = join(this.folder, project);
    if (manager === "npm") {
      if (!existsSync(join(cwd, "node_modules"))) layInstalled(SDK_PACKAGES, cwd);
      run("npm", args, cwd);
    } else run(process.execPath, [this.#tool(manager, BINARIES[manager]), ...args], cwd, asNpmIsConfigured());
  }

  /** Bundles a program with esbuild, which has to be among the tools. */
  bundle(from: string, to: string, ...external: string[]): void {
    const options = ["--bundle", "--platform=node", "--log-level=error", "--allow-overwrite", `--outfile=${to}`];
    run(this.#tool("esbuild", "bin/esbuild"), [from, ...options, ...external.map((name) => `--external:${name}`)], ".");
  }

  /** This package as another version, which notes in the file `$SERVED_BY` that it was loaded by the plugin process. */
  tarballOf(version: string): string {
    const folder = join(this.folder, `version-${version}`);
    mkdirSync(folder);
    run("tar", ["xzf", this.tarball, "-C", folder], folder);
    const unpacked = join(folder, "package");
    const note = `\nrequire("node:fs").appendFileSync(process.env.SERVED_BY, "${version}\\n");\n`;
    appendFileSync(join(unpacked, "dist", "hosts", "dynamic", "index.js"), note);
    const manifest = JSON.parse(readFileSync(join(unpacked, "package.json"), "utf8")) as object;
    writeFileSync(join(unpacked, "package.json"), JSON.stringify({ ...manifest, version }));
    return pack(unpacked);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }

  #tool(name: string, path: string): string {
    return join(this.folder, "node_modules", name, path);
  }
}

/** Yarn berry reads no .npmrc: it is told the registry and the certificate authority that npm uses here. */
function asNpmIsConfigured(): Record<string, string> {
  const setting = (key: string) => run("npm", ["config", "get", key], ".").trim();
  const authority = setting("cafile");
  return {
    YARN_NPM_REGISTRY_SERVER: setting("registry").replace(/\/$/, ""),
    ...(authority === "" || authority === "null" ? {} : { YARN_HTTPS_CA_FILE_PATH: authority }),
  };
}

function run(command: string, args: string[], cwd: string, env: Record<string, string> = {}): string {
  try {
    return execFileSync(command, args, {
      cwd,
      encoding: "utf8",
      env: { ...process.env, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    throw new Error(`${command} ${args.join(" ")} failed in ${cwd}:\n${stdout}\n${stderr}`);
  }
}
