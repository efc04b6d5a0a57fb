import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect } from "chai";
import { OLDEST_SDK } from "../../src/hosts/dynamic/pulumiSdk";
import { installPackage } from "./installedPackage";

const shown = resolve(__dirname, "../../docs/testing");

/** Limits that only end a hung test: the runners' own of some seconds are too short for a busy machine. */
const LIMITS = (...flags: readonly string[]) => flags.map((flag) => `${flag}=600000`);

/** What a project with each runner has beside the test. */
const RUNNERS = {
  vitest: { module: "vitest", command: ["vitest", "run", ...LIMITS("--testTimeout", "--hookTimeout")], manifest: {} },
  jest: {
    module: "@jest/globals",
    command: ["jest", ...LIMITS("--testTimeout")],
    manifest: { jest: { preset: "ts-jest" } },
  },
};

describe("the TypeScript tests that the page on testing shows, with the packed package and the oldest SDK", () => {
  let folder: string;

  before(() => {
    ({ folder } = installPackage([
      `@pulumi/pulumi@${OLDEST_SDK}`,
      "typescript@5.9",
      "vitest@^3",
      "jest@^30",
      "ts-jest@^29",
    ]));
    for (const [name, { module, manifest }] of Object.entries(RUNNERS)) {
      const project = join(folder, name);
      mkdirSync(project);
      copyFileSync(join(shown, "course.ts"), join(project, "course.ts"));
      const test = readFileSync(join(shown, "course.test.ts"), "utf8");
      writeFileSync(join(project, "course.test.ts"), test.replace('"vitest"', JSON.stringify(module)));
      writeFileSync(join(project, "package.json"), JSON.stringify({ private: true, ...manifest }));
      const compilerOptions = {
        strict: true,
        module: "commonjs",
        target: "ES2022",
        skipLibCheck: true,
        isolatedModules: true,
        noEmit: true,
        esModuleInterop: true,
      };
      writeFileSync(join(project, "tsconfig.json"), JSON.stringify({ compilerOptions }));
    }
  });
  after(() => {
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  });

  for (const [name, { command }] of Object.entries(RUNNERS)) {
    it(`the tests that the page on testing shows pass in ${name}, without an unhandled rejection`, () => {
      const { CLOUDFLARE_ACCOUNT_ID: _account, ...env } = process.env;
      const run = spawnSync("npx", ["--no-install", ...command], { cwd: join(folder, name), env, encoding: "utf8" });
      expect(run.status, run.stdout + run.stderr).to.equal(0);
      expect(run.stdout + run.stderr)
        .to.match(/3 passed/)
        .and.not.match(/unhandled/i);
    });
  }
});
