import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect } from "chai";
import { parse } from "yaml";
import { descriptions } from "../../../../scripts/descriptions";
import { libraryFace } from "../../../../src/downloads/libraryFace";
import { singleFace } from "../../../../src/downloads/singleFace";
import { DOWNLOAD_TYPES } from "../../../../src/core/identity";
import { checkLibrary, checkSingle } from "../../../support/faces";
import { SETTINGS } from "../../../../src/core/settingNames";
import { schema } from "../../../../src/hosts/plugin/schema";
import { video } from "../../../support/ids";

const repository = resolve(__dirname, "../../../..");

interface Property {
  readonly description?: string;
  readonly default?: unknown;
  readonly secret?: boolean;
}
type Properties = Record<string, Property>;
interface Spec {
  readonly version: string;
  readonly provider: { readonly inputProperties: Properties };
  readonly types: Record<string, { readonly enum?: { readonly value: string }[]; readonly properties?: Properties }>;
  readonly resources: Record<string, { readonly inputProperties: Properties; readonly properties: Properties }>;
  readonly functions: Record<string, Record<"inputs" | "outputs", { readonly properties: Properties }>>;
}
const spec = schema() as Spec;
const resource = (name: string) =>
  spec.resources[`cloudflare-stream:index:${name}`] ?? { inputProperties: {}, properties: {} };

interface YamlProgram {
  readonly resources: Record<string, { readonly type: string; readonly properties: Record<string, unknown> }>;
  readonly outputs: Record<string, string>;
}

describe("the plugin's schema", () => {
  it("the plugin's schema has whatever the example in YAML names", () => {
    const text = readFileSync(join(repository, "examples", "yaml", "Pulumi.yaml"), "utf8");
    const { resources, outputs } = parse(text) as YamlProgram;
    for (const { type, properties } of Object.values(resources)) {
      expect(spec.resources).to.have.property(type);
      expect(Object.keys(spec.resources[type]?.inputProperties ?? {})).to.include.members(Object.keys(properties));
    }
    for (const reference of Object.values(outputs)) {
      const [, name = "", property = ""] = /^\$\{(\w+)\.(\w+)\}$/.exec(reference) ?? [];
      expect(spec.resources[resources[name]?.type ?? ""]?.properties, reference).to.have.property(property);
    }
  });

  it("the plugin's schema has the version of the package", () => {
    const { version } = JSON.parse(readFileSync(join(repository, "package.json"), "utf8")) as { version: string };
    expect(spec.version, "src/core/version.ts").to.equal(version);
  });

  it("the plugin's schema has the words of the docstrings: npm run docs brings them up to date", () => {
    expect(readFileSync(join(repository, "src", "hosts", "plugin", "descriptions.json"), "utf8")).to.equal(
      descriptions(),
    );
  });

  it("the plugin's schema has the arguments and settings that the checks take, each with a description", () => {
    expect(Object.keys(resource("StreamDownload").inputProperties)).to.have.members([...singleFace.arguments]);
    expect(Object.keys(resource("StreamDownloads").inputProperties)).to.have.members([...libraryFace.arguments]);
    expect(Object.keys(spec.provider.inputProperties)).to.have.members([...SETTINGS]);
    const all = [
      ...Object.values(spec.resources).flatMap(({ inputProperties, properties }) => [inputProperties, properties]),
      ...Object.values(spec.types).map(({ properties = {} }) => properties),
      spec.provider.inputProperties,
    ];
    for (const [name, { description }] of all.flatMap((properties) => Object.entries(properties))) {
      expect(description, name).to.be.a("string").and.not.equal("");
    }
  });

  it("the plugin's schema has every argument and output of the resources and of the look-ups", () => {
    const documented = Object.keys(JSON.parse(descriptions()) as object);
    const membersOf = (name: string) =>
      documented.filter((key) => key.startsWith(`${name}.`)).map((key) => key.slice(name.length + 1));
    expect(Object.keys(resource("StreamDownload").properties)).to.have.members(membersOf("StreamDownload"));
    // In TypeScript the class adds those of its arguments that the state does not repeat.
    const inState = membersOf("StreamDownloads").filter((name) => !["videoIds", "types"].includes(name));
    expect(Object.keys(resource("StreamDownloads").properties)).to.have.members(inState);
    const info = spec.types["cloudflare-stream:index:StreamDownloadInfo"]?.properties ?? {};
    expect(Object.keys(info)).to.have.members(membersOf("StreamDownloadInfo"));
    for (const name of ["StreamDownload", "StreamDownloads"])
      expect(Object.keys(resource(name).inputProperties)).to.have.members(membersOf(`${name}Args`));
    const video = spec.types["cloudflare-stream:index:StreamVideoInfo"]?.properties ?? {};
    expect(Object.keys(video)).to.have.members(membersOf("StreamVideoInfo"));
    for (const name of ["getStreamDownloads", "getStreamVideos"]) {
      const { inputs, outputs } = spec.functions[`cloudflare-stream:index:${name}`] ?? {};
      const documentedAs = name.replace("get", "Get");
      expect(Object.keys(inputs?.properties ?? {})).to.have.members(membersOf(`${documentedAs}Args`));
      expect(Object.keys(outputs?.properties ?? {})).to.have.members(membersOf(`${documentedAs}Result`));
    }
  });

  it("the plugin's schema has the defaults that the checks give", () => {
    const given = {
      StreamDownload: checkSingle({ videoId: video(1) }).inputs,
      StreamDownloads: checkLibrary({ videoIds: [video(1)] }).inputs,
    };
    for (const [name, inputs] of Object.entries(given)) {
      for (const [key, property] of Object.entries(resource(name).inputProperties)) {
        if (property.default !== undefined) expect(inputs[key], `${name}.${key}`).to.equal(property.default);
      }
    }
    expect(resource("StreamDownload").inputProperties).to.have.nested.property("type.default", "default");
  });

  it("the plugin's schema has every type of download, and marks the credentials as secret", () => {
    const values = spec.types["cloudflare-stream:index:DownloadType"]?.enum?.map(({ value }) => value);
    expect(values).to.deep.equal([...DOWNLOAD_TYPES]);
    const secret = Object.entries(spec.provider.inputProperties).filter(([, property]) => property.secret);
    expect(secret.map(([name]) => name)).to.deep.equal(["apiToken", "apiKey"]);
  });

  it("the plugin's schema passes Pulumi's own validation without a warning", async function () {
    const { sdkGenerator } = (await import("../../../../tools/goPrograms.mjs" as string)) as {
      sdkGenerator: (say: () => void) => string | undefined;
    };
    const program = sdkGenerator(() => undefined);
    if (program === undefined) {
      if (process.env.CI) throw new Error("Go is missing");
      this.skip();
    }
    const validate = (text: string) => spawnSync(program, { input: text, encoding: "utf8" });
    const valid = validate(JSON.stringify(schema()));
    expect(valid.status, valid.stderr).to.equal(0);
    const broken = validate(
      JSON.stringify(schema()).replaceAll(
        "types/cloudflare-stream:index:StatusByType",
        "types/cloudflare-stream:index:Gone",
      ),
    );
    expect(broken.status).to.equal(1);
  });
});
