import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { expect } from "chai";
import { errorMessages } from "../support/errorMessages";
import { embedded, pages } from "../../scripts/embed";

const repository = resolve(__dirname, "../..");
const all = [
  ...["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "examples/README.md", "tools/README.md"].map((name) =>
    join(repository, name),
  ),
  ...pages(),
];

describe("the documentation", () => {
  it("shows files as they are", () => {
    for (const page of pages()) {
      expect(readFileSync(page, "utf8"), `${basename(page)}: npm run docs brings it up to date`).to.equal(
        embedded(page),
      );
    }
  });

  it("shows every pipeline and the whole example of testing", () => {
    const text = pages()
      .map((page) => readFileSync(page, "utf8"))
      .join("");
    const tested = ["index.mjs", "test/index.test.mjs", "test/engine.test.mjs"].map(
      (file) => `../examples/unit-testing/${file}`,
    );
    const pipelines = readdirSync(join(repository, "docs", "pipelines")).map((file) => `pipelines/${file}`);
    for (const path of [...tested, ...pipelines]) expect(text).to.contain(`<!-- shows ${path} -->`);
  });

  it("explains every error message", () => {
    const page = readFileSync(join(repository, "docs", "troubleshooting.md"), "utf8");
    const missing = errorMessages().filter((message) => !page.includes(message));
    expect(missing).to.deep.equal([]);
  });

  it("links only to what is there", () => {
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
