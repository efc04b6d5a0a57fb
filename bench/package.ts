/** What the package costs where it is installed and where it is loaded. */
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, readdirSync, rmSync, statSync, symlinkSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { installPackage } from "../test/engine/installedPackage";
import { median } from "./median";
import type { Section } from "./report";

const repository = resolve(__dirname, "..");
const NAME = "pulumi-cloudflare-stream-downloads";
const RUNS = 15;

/** What is loaded, beyond @pulumi/pulumi, which a program and its plugin process load in any case. */
const LOADED: Record<string, string> = {
  "in a program": NAME,
  "in the engine's plugin process": `${NAME}/provider`,
  "in a unit test": `${NAME}/testing`,
};

/** Milliseconds for requiring a module after @pulumi/pulumi, and for that itself, in a process of its own. */
function requireCost(folder: string, module: string): { sdk: number; more: number } {
  const script = `const at = () => Number(process.hrtime.bigint()) / 1e6;
    const a = at(); require("@pulumi/pulumi"); const b = at(); require(${JSON.stringify(module)}); const c = at();
    process.stdout.write(JSON.stringify({ sdk: b - a, more: c - b }));`;
  return JSON.parse(execFileSync(process.execPath, ["-e", script], { cwd: folder, encoding: "utf8" })) as {
    sdk: number;
    more: number;
  };
}

function kibibytes(folder: string): number {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return files.reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0) / 1024;
}

export async function benchPackage(): Promise<Section> {
  const { folder, tarball } = installPackage([], "--omit=peer", "--legacy-peer-deps");
  try {
    const modules = join(folder, "node_modules");
    const lock = JSON.parse(readFileSync(join(modules, ".package-lock.json"), "utf8")) as { packages: object };
    const installed = Object.keys(lock.packages).length - 1;
    const sizes = {
      tarball: statSync(tarball).size / 1024,
      own: kibibytes(join(modules, NAME)),
      all: kibibytes(modules),
    };
    const sdk = join(modules, "@pulumi", "pulumi");
    mkdirSync(dirname(sdk), { recursive: true });
    symlinkSync(join(repository, "node_modules", "@pulumi", "pulumi"), sdk);
    const costs = Object.entries(LOADED).map(([where, module]) => {
      const runs = Array.from({ length: RUNS }, () => requireCost(folder, module));
      return { where, module, more: median(runs.map((run) => run.more)), sdk: median(runs.map((run) => run.sdk)) };
    });
    return {
      name: "package",
      title: "Package",
      text: `Sizes of what \`npm install\` adds beside @pulumi/pulumi; milliseconds of \`require\` after @pulumi/pulumi, the median of ${RUNS} processes, beside those of @pulumi/pulumi itself.`,
      header: ["", "", "@pulumi/pulumi itself"],
      rows: [
        ["packages installed with it", installed, ""],
        ["all of them (KiB)", sizes.all, kibibytes(join(repository, "node_modules", "@pulumi", "pulumi"))],
        ["the package itself (KiB)", sizes.own, ""],
        ["its tarball (KiB)", sizes.tarball, ""],
        ...costs.map(({ where, module, more, sdk: base }) => [`require("${module}"), ${where} (ms)`, more, base]),
      ],
      data: { installed, ...sizes, costs },
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
