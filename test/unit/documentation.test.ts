import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join, relative, resolve } from "node:path";
import { expect } from "chai";
import { errorMessages } from "../support/errorMessages";
import { embedded, pages } from "../../scripts/embed";
import { sharedSources } from "../../scripts/sharedSources";

const repository = resolve(__dirname, "../..");
const all = [
  ...["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "examples/README.md", "tools/README.md"].map((name) =>
    join(repository, name),
  ),
  ...["README.md", "CHANGELOG.md"].map((name) => join(repository, "packages", "emulator", name)),
  ...pages(),
];

describe("the documentation", () => {
  it("the documentation shows files as they are", () => {
    for (const page of pages()) {
      expect(readFileSync(page, "utf8"), `${basename(page)}: npm run docs brings it up to date`).to.equal(
        embedded(page),
      );
    }
  });

  it("the documentation shows every file of the pipelines and of the pages on testing", () => {
    const text = pages()
      .map((page) => readFileSync(page, "utf8"))
      .join("");
    const tested = ["index.mjs", "test/index.test.mjs", "test/engine.test.mjs"].map(
      (file) => `../examples/unit-testing/${file}`,
    );
    const shown = ["pipelines", "testing"].flatMap((folder) =>
      readdirSync(join(repository, "docs", folder), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => relative(join(repository, "docs"), join(entry.parentPath, entry.name))),
    );
    for (const path of [...tested, ...shown]) expect(text).to.contain(`<!-- shows ${path} -->`);
  });

  for (const name of [".", "packages/emulator"]) {
    it(`the documentation has a reference of every public symbol of the package in ${name}, each with a description`, () => {
      const folder = mkdtempSync(join(tmpdir(), "stream-reference-"));
      const cwd = join(repository, name);
      try {
        const typedoc = join(repository, "node_modules", "typedoc", "bin", "typedoc");
        const made = spawnSync(process.execPath, [typedoc, "--out", folder], { cwd, encoding: "utf8" });
        expect(made.status, made.stdout + made.stderr).to.equal(0);
        for (const file of readdirSync(folder)) {
          const committed = readFileSync(join(cwd, "docs", "api", file), "utf8");
          expect(committed, `${name}/docs/api/${file}: npm run docs brings it up to date`).to.equal(
            readFileSync(join(folder, file), "utf8"),
          );
        }
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    });
  }

  it("the sources that both packages share are the same in both", () => {
    for (const [path, text] of sharedSources())
      expect(readFileSync(path, "utf8"), `${relative(repository, path)}: npm run docs brings it up to date`).to.equal(
        text,
      );
  });

  it("the documentation explains every error message", () => {
    const page = readFileSync(join(repository, "docs", "troubleshooting.md"), "utf8");
    const missing = errorMessages().filter((message) => !page.includes(message));
    expect(missing).to.deep.equal([]);
  });

  it("the documentation starts commands of the package only where it is installed: without a project npx would fetch whatever has the name", () => {
    for (const page of all) {
      for (const [line] of readFileSync(page, "utf8").matchAll(/^.*\bnpx .*$/gm))
        expect(line, basename(page)).to.contain("npx --no-install ");
    }
  });

  it("the documentation links only to what exists", () => {
    for (const page of all) {
      const text = readFileSync(page, "utf8").replace(/```[^]*?\n```/g, "");
      for (const [, target = ""] of text.matchAll(/\]\(([^)\s]+)\)/g)) {
        if (/^https?:/.test(target)) continue;
        const [path = "", anchor] = target.split("#");
        const file = path === "" ? page : join(dirname(page), path);
        expect(existsSync(file), `${basename(page)} links to ${target}`).to.equal(true);
        if (anchor === undefined) continue;
        const headings = [...readFileSync(file, "utf8").matchAll(/^#+ (.*)$/gm)].map(([, heading = ""]) =>
          heading
            .toLowerCase()
            .replace(/[^\w\- ]/g, "")
            .replaceAll(" ", "-"),
        );
        expect(headings, `${basename(page)} links to ${target}`).to.include(anchor);
      }
    }
  });
});
