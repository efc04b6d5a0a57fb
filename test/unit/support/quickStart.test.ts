import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { expect } from "chai";

/** Packages of each kind, and what a program finds in them. */
const PACKAGES = {
  "common/package.json": '{ "name": "common" }',
  "common/index.js": `#!/usr/bin/env node
    module.exports = async () => ({
      file: __filename, folder: __dirname, isMain: require.main === module, cached: module.id in require.cache,
      resolved: require.resolve("required"), required: require("required").name, importing: await require("importing"),
      data: require("./data.json").name,
    });`,
  "common/data.json": '{ "name": "data" }',
  "required/package.json": '{ "name": "required", "type": "module" }',
  "required/index.js": 'export const name = "an ES module that is required";',
  "importing/package.json": '{ "name": "importing" }',
  "importing/index.js": 'module.exports = import("imported").then(({ name }) => name);',
  "imported/package.json": '{ "name": "imported" }',
  "imported/index.js": 'export const name = "an ES module that does not say so";',
};

it("what was kept compiled behaves as what Node.js compiles itself, and is compiled once", () => {
  const folder = mkdtempSync(join(tmpdir(), "stream-compiled-"));
  try {
    for (const [path, text] of Object.entries(PACKAGES)) {
      mkdirSync(join(folder, "node_modules", path, ".."), { recursive: true });
      writeFileSync(join(folder, "node_modules", path), text);
    }
    const cache = join(folder, "cache");
    const run = (...flags: string[]) =>
      execFileSync(
        process.execPath,
        [...flags, "-e", 'require("common")().then((all) => console.log(JSON.stringify(all)))'],
        { cwd: folder, encoding: "utf8", env: { ...process.env, NODE_OPTIONS: "", STREAM_COMPILE_CACHE: cache } },
      );
    const kept = () => readdirSync(cache, { recursive: true }).sort();
    const expected = run();
    expect(expected).to.contain("an ES module that is required").and.contain("an ES module that does not say so");
    const hook = `--require=${resolve(__dirname, "../../support/quickStart.cjs")}`;
    expect(run(hook)).to.equal(expected);
    const first = kept();
    expect(first).to.not.deep.equal([]);
    expect(run(hook)).to.equal(expected);
    expect(kept()).to.deep.equal(first);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
