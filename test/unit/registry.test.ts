import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { expect } from "chai";
import { parse } from "yaml";
import { registryFiles } from "../../scripts/registry";
import { SETTINGS } from "../../src/core/settingNames";
import { homeOf } from "../../src/hosts/plugin/home";
import { schema } from "../../src/hosts/plugin/schema";

const repository = resolve(__dirname, "../..");
const page = readFileSync(join(repository, "docs", "_index.md"), "utf8");
const home = homeOf({ repository: "github:acme/downloads", version: "1.2.3" });

describe("the package as the Pulumi Registry wants it", () => {
  for (const { path, text } of registryFiles()) {
    it(`the Registry finds ${basename(path)} as the code has it`, () => {
      expect(readFileSync(path, "utf8"), "npm run docs brings it up to date").to.equal(text);
    });
  }

  it("the Registry's schema names no address while the project has no home", () => {
    const names = Object.keys(schema(undefined));
    for (const name of ["repository", "homepage", "publisher", "logoUrl", "pluginDownloadURL", "configurationDocsUrl"])
      expect(names).to.not.include(name);
  });

  it("the Registry's schema has every address once package.json names the repository, and names for all languages", () => {
    const { language, ...spec } = schema(home) as Record<string, unknown>;
    expect(spec).to.include({
      displayName: "Cloudflare Stream downloads",
      publisher: "acme",
      homepage: "https://github.com/acme/downloads",
      repository: "https://github.com/acme/downloads",
      logoUrl: "https://raw.githubusercontent.com/acme/downloads/v1.2.3/docs/logo.png",
      configurationDocsUrl: "https://github.com/acme/downloads/blob/v1.2.3/docs/configuration.md#settings",
      pluginDownloadURL: "https://github.com/acme/downloads/releases/download/v1.2.3",
    });
    expect(spec.keywords).to.include.members(["kind/native", "category/cloud"]);
    expect(language).to.have.keys("nodejs", "python", "go", "csharp", "java");
    expect(language).to.have.nested.property("go.importBasePath", "github.com/acme/downloads/sdk/go/cloudflarestream");
    expect(language).to.have.nested.property("java.basePackage", "io.github.acme");
  });

  it("the Registry's schema passes Pulumi's own validation with every address in it", async function () {
    const { sdkGenerator } = (await import("../../tools/goPrograms.mjs" as string)) as {
      sdkGenerator: (say: () => void) => string | undefined;
    };
    const program = sdkGenerator(() => undefined);
    if (program === undefined) {
      if (process.env.CI) throw new Error("Go is missing");
      this.skip();
    }
    const { status, stderr } = spawnSync(program, { input: JSON.stringify(schema(home)), encoding: "utf8" });
    expect(status, stderr).to.equal(0);
  });

  it("the project's home is a repository of GitHub, in any form that npm takes", () => {
    for (const repository of [
      "git+https://github.com/acme/downloads.git",
      { url: "https://github.com/acme/downloads" },
    ])
      expect(homeOf({ repository, version: "1.2.3" })).to.deep.equal(home);
    expect(homeOf({ repository: "https://example.com/acme/downloads", version: "1.2.3" })).to.equal(undefined);
  });

  it("the Registry's logo is a square of 100 pixels", () => {
    const logo = readFileSync(join(repository, "docs", "logo.png"));
    expect(logo.subarray(0, 8).toString("latin1")).to.equal("\x89PNG\r\n\x1a\n");
    expect([logo.readUInt32BE(16), logo.readUInt32BE(20)]).to.deep.equal([100, 100]);
  });

  it("the Registry's page has the front matter that its linter wants", () => {
    const [, frontMatter = ""] = /^---\n([^]*?)\n---\n/.exec(page) ?? [];
    const { title, meta_desc, layout, ...others } = parse(frontMatter) as Record<string, string>;
    expect(others).to.deep.equal({});
    expect(layout).to.equal("package");
    expect(title?.length).to.be.within(1, 60);
    expect(meta_desc?.length).to.be.within(50, 160);
  });

  it("the Registry's page has links and images that work there: no relative one, no page of this repository", () => {
    const text = page.replace(/```[^]*?\n```/g, "");
    for (const [, target = ""] of text.matchAll(/\]\(([^)\s]+)\)/g))
      expect(target).to.match(/^https:\/\/(?!.*\.md(#|$))/);
    expect(text).to.not.match(/^# /m);
  });

  it("the Registry's page has shortcodes that are written as Hugo wants them, and each is closed", () => {
    expect(page).to.not.match(/\{\{[ \t]+[<%]/);
    const open: string[] = [];
    for (const [, mark = "", close = "", name = "", end] of page.matchAll(/\{\{([<%]) (\/?)(\w+)[^{}]*? ([>%])\}\}/g)) {
      expect(end).to.equal(mark === "<" ? ">" : "%");
      if (close === "") open.push(mark + name);
      else expect(open.pop()).to.equal(mark + name);
    }
    expect(open).to.deep.equal([]);
  });

  it("the Registry's page names an installation for each of Pulumi's languages, and a tested example where one can be run here", () => {
    const [, installation = "", example = ""] = page.split(/^\{\{< chooser language .*$/m);
    const languages = (text: string) =>
      [...text.matchAll(/choosable language "?([\w,]+)/g)].flatMap(([, names = ""]) => names.split(","));
    expect(languages(installation)).to.have.members([
      "typescript",
      "javascript",
      "python",
      "go",
      "csharp",
      "java",
      "yaml",
    ]);
    expect(languages(example)).to.deep.equal(["typescript", "python", "go", "yaml"]);
    expect(example.match(/<!-- shows \.\.\/examples\//g)).to.have.lengthOf(4);
  });

  it("the Registry's page and that on the configuration have a row for every setting", () => {
    const configuration = readFileSync(join(repository, "docs", "configuration.md"), "utf8");
    for (const name of SETTINGS)
      for (const text of [page, configuration])
        expect(text).to.match(new RegExp(`^\\|.*\`cloudflare-stream:${name}\``, "m"));
  });

  it("the Registry's page and those on languages and pipelines name no version but the package's own, and the README says it", () => {
    const { version } = JSON.parse(readFileSync(join(repository, "package.json"), "utf8")) as { version: string };
    expect(readFileSync(join(repository, "README.md"), "utf8")).to.contain(`\nStatus: ${version}. `);
    for (const name of ["_index.md", "languages.md", "pipelines.md"]) {
      const text = readFileSync(join(repository, "docs", name), "utf8");
      const named = [...text.matchAll(/cloudflare.stream(?:@| |-|-v)(\d+\.\d+\.\d+)/g)].map(([, found]) => found);
      expect(new Set(named), name).to.deep.equal(new Set([version]));
    }
  });
});
