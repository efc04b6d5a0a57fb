import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join, relative, resolve } from "node:path";
import { expect } from "chai";
import { DOWNLOAD_FIELDS, LIBRARY_FIELDS } from "../../src/downloads/fields";
import { OLDEST_SDK } from "../../src/hosts/dynamic/pulumiSdk";
import engines from "../../tools/engines.json";
import { errorMessages } from "../support/errorMessages";
import { embedded, pages } from "../../scripts/embed";

const repository = resolve(__dirname, "../..");
const all = [
  ...[
    "README.md",
    "CONTRIBUTING.md",
    "CHANGELOG.md",
    "SECURITY.md",
    "examples/README.md",
    "tools/README.md",
    "bench/README.md",
  ].map((name) => join(repository, name)),
  ...["emulator/README.md", "emulator/CHANGELOG.md", "contract/README.md"].map((name) =>
    join(repository, "packages", name),
  ),
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

  it("the documentation shows every file of the pages on testing, and links every file of the pipelines", () => {
    const filesIn = (folder: string) =>
      readdirSync(join(repository, "docs", folder), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => relative(join(repository, "docs"), join(entry.parentPath, entry.name)));
    const testing = readFileSync(join(repository, "docs", "testing.md"), "utf8");
    const tested = ["index.mjs", "test/index.test.mjs", "test/engine.test.mjs"].map(
      (file) => `../examples/unit-testing/${file}`,
    );
    for (const path of [...tested, ...filesIn("testing")]) expect(testing).to.contain(`<!-- shows ${path} -->`);
    const pipelines = readFileSync(join(repository, "docs", "pipelines.md"), "utf8");
    for (const path of filesIn("pipelines")) expect(pipelines).to.contain(`](${path})`);
  });

  it("the documentation for users links no test but on the page on reliability, which names them all", () => {
    for (const page of [join(repository, "README.md"), ...pages()])
      if (basename(page) !== "reliability.md")
        expect(readFileSync(page, "utf8"), basename(page)).to.not.match(/\]\((\.\.\/)?test\//);
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

  it("the documentation explains every error message below a heading that quotes it", () => {
    const page = readFileSync(join(repository, "docs", "troubleshooting.md"), "utf8");
    const sections = page.split(/^### /m).slice(1);
    const quoted = sections.flatMap((section) => {
      const [heading = "", ...text] = section.split(/^## /m)[0]?.split("\n") ?? [];
      expect(text.join("").trim(), heading).to.not.equal("");
      return [...heading.matchAll(/(`+) ?(.+?) ?\1(?!`)/g)].map(([, , message = ""]) => message);
    });
    const missing = errorMessages().filter((message) => !quoted.some((text) => text.includes(message)));
    expect(missing).to.deep.equal([]);
    expect(quoted, "two headings with the same message").to.have.lengthOf(new Set(quoted).size);
  });

  it("the documentation has every argument and output of the resources in the README's tables", () => {
    const page = readFileSync(join(repository, "README.md"), "utf8");
    for (const [name, fields] of Object.entries({ StreamDownload: DOWNLOAD_FIELDS, StreamDownloads: LIBRARY_FIELDS })) {
      const [, section = ""] = page.split(`\n## ${name}\n`);
      const cells = [...(section.split("\n## ")[0] ?? "").matchAll(/^\| (.*?) \|/gm)].map(([, cell = ""]) => cell);
      expect(cells.join(" ").match(/(?<=`)\w+/g), name).to.include.members(Object.keys(fields));
    }
  });

  it("the documentation names on the page on reliability tests that are there, and for each option those that use it", () => {
    const page = readFileSync(join(repository, "docs", "reliability.md"), "utf8");
    const code = (text = "") => [...text.matchAll(/`([^`]+)`/g)].map(([, name = ""]) => name);
    for (const name of code(page).filter((text) => /^(test|bench)\//.test(text)))
      expect(existsSync(join(repository, name)), name).to.equal(true);
    const [, table = ""] = page.split(/^\| setup or option .*\n.*\n/m);
    const rows = (table.split("\n\n")[0] ?? "").split("\n").map((row) => row.split("|"));
    expect(rows.length).to.be.greaterThan(25);
    for (const [, setup, , tests] of rows) {
      expect(code(tests), setup).to.not.deep.equal([]);
      const text = code(tests)
        .map((file) => readFileSync(join(repository, file), "utf8"))
        .join("");
      for (const word of code(setup).flatMap((option) => option.match(/[\w$@/.-]+/g) ?? []))
        expect(text, `${setup}: ${word}`).to.contain(word);
    }
  });

  it("the documentation has a table of the engines that are tested: those of tools/engines.json, which are there", async () => {
    const [usual, ...others] = engines;
    const rows = [
      ["Pulumi CLI", "@pulumi/pulumi", "Node.js", "tests"],
      ["---", "---", "---", "---"],
      [usual?.cli, usual?.sdk, usual?.node, "all (`npm test`)"],
      ...others.map(({ name, cli, sdk, node, suites }) => {
        const names = typeof suites === "string" ? [] : suites;
        for (const suite of names)
          expect(existsSync(join(repository, "test", "engine", `${suite}.test.ts`)), suite).to.equal(true);
        return [
          cli,
          sdk,
          node,
          `${names.map((suite) => `\`${suite}\``).join(", ")} (\`npm run test:engines -- ${name}\`)`,
        ];
      }),
      [usual?.cli, OLDEST_SDK, usual?.node, "`versions` (`npm test`)"],
    ];
    const table = rows.map((row) => (row[0] === "---" ? `|${row.join("|")}|` : `| ${row.join(" | ")} |`)).join("\n");
    expect(readFileSync(join(repository, "docs", "reliability.md"), "utf8")).to.contain(`\n${table}\n\n`);

    const { NEWEST_CLI, OLDER_CLI } = (await import("../../tools/pulumiCli.mjs" as string)) as Record<string, string>;
    expect([...new Set(engines.map(({ cli }) => cli))]).to.have.members([NEWEST_CLI, OLDER_CLI]);
    expect(usual?.cli).to.equal(NEWEST_CLI);
    const lock = JSON.parse(readFileSync(join(repository, "package-lock.json"), "utf8")) as {
      packages: Record<string, { version: string }>;
    };
    expect(lock.packages["node_modules/@pulumi/pulumi"]?.version).to.equal(usual?.sdk);
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
