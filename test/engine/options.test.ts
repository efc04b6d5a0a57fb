import { expect } from "chai";
import { video } from "../support/ids";
import { Fixture, writes } from "./fixture";
import type { Stack } from "./stack";

/** A resource as the exported state has it, with the options the engine keeps there. */
const stateOf = async (stack: Stack, name: string) => {
  const found = (await stack.resources()).find(({ urn }) => urn.endsWith(`::${name}`));
  if (found === undefined) throw new Error(`no resource ${name}`);
  return found;
};
const files = (...ns: number[]) => ns.map((n) => `${video(n)}/default`);
const head = `const { StreamDownloads } = require("pulumi-cloudflare-stream-downloads");\n`;
const one = (name: string, n: number, opts = "{}", args = "") =>
  `const ${name} = new StreamDownload("${name}", { videoId: "${video(n)}"${args} }, ${opts});\n`;
const many = (name: string, ns: readonly number[], opts = "{}", args = "") =>
  `const ${name} = new StreamDownloads("${name}", { videoIds: ${JSON.stringify(ns.map(video))}${args} }, ${opts});\n`;

describe("resource options on the real engine hold for a StreamDownload and for a StreamDownloads:", () => {
  const fixture = new Fixture();

  it("protect, retainOnDelete, deletedWith, ignoreChanges, replaceOnChanges, additionalSecretOutputs, transformations", async () => {
    const emulator = await fixture.emulator({ behavior: { repost: "restart" }, rateLimit: false });
    const kept =
      one("secretOne", 1, '{ additionalSecretOutputs: ["url"] }') +
      many("secretMany", [2], '{ additionalSecretOutputs: ["urls"] }') +
      "exports.secrets = [secretOne.url, secretMany.urls];\n" +
      one("protectedOne", 3, "{ protect: true }") +
      many("protectedMany", [4], "{ protect: true }") +
      one("owner", 5) +
      one("ownedOne", 6, "{ deletedWith: owner }") +
      many("ownedMany", [7], "{ deletedWith: owner }");
    const changing = (change: {
      readonly ignored: number;
      readonly waits: boolean;
      readonly more: readonly number[];
    }) =>
      one("ignoringOne", 8 + change.ignored, '{ ignoreChanges: ["videoId"] }') +
      many("ignoringMany", [10 + change.ignored], '{ ignoreChanges: ["videoIds"] }') +
      one("replacedOne", 12, '{ replaceOnChanges: ["waitForReady"] }', `, waitForReady: ${change.waits}`) +
      many("replacedMany", [13, ...change.more], '{ replaceOnChanges: ["videoIds"] }') +
      many("warning", [20], '{ replaceOnChanges: ["onFailure"] }', `, onFailure: "${change.waits ? "fail" : "warn"}"`);
    const retained =
      one("retainedOne", 16, "{ retainOnDelete: true }") + many("retainedMany", [17], "{ retainOnDelete: true }");
    // One of the whole stack, and below one of a resource's own: each requests the audio instead of the MP4.
    const transformation = `pulumi.runtime.registerStackTransformation(({ name, props, opts }) =>
      name === "transformedOne" ? { props: { ...props, type: "audio" }, opts } : undefined);\n`;
    const transformed =
      one("transformedOne", 18) +
      many(
        "transformedMany",
        [19],
        '{ transformations: [({ props, opts }) => ({ props: { ...props, types: ["audio"] }, opts })] }',
      );
    const program = (...parts: readonly string[]) => head + transformation + parts.join("");
    const first = changing({ ignored: 0, waits: true, more: [] });
    const stack = await fixture.stack(emulator, program(kept, first, retained, transformed));

    await stack.mustUp();
    const sounds = [`${video(18)}/audio`, `${video(19)}/audio`];
    const made = files(1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 13, 16, 17, 20);
    expect(emulator.files()).to.deep.equal([...made, ...sounds].sort());
    const shown = JSON.parse((await stack.mustRun("stack", "output", "--json")).stdout) as Record<string, unknown>;
    expect(shown.secrets).to.deep.equal(["[secret]", "[secret]"]);
    for (const name of ["secretOne", "secretMany"]) {
      const { url, urls } = (await stateOf(stack, name)).outputs ?? {};
      expect(JSON.stringify(url ?? urls), name)
        .to.contain("ciphertext")
        .and.not.contain("https");
    }

    // Another video where changes are ignored, a replacement where one is wanted, and the retained ones leave the program.
    stack.program(program(kept, changing({ ignored: 1, waits: false, more: [14] }), transformed));
    const changed = await stack.mustUp();
    expect(changed.text)
      .to.match(/replacedOne.*replaced/)
      .and.match(/replacedMany.*replaced/)
      .and.not.match(/warning.*replaced/);
    expect(emulator.files()).to.deep.equal(
      [...files(1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 13, 14, 16, 17, 20), ...sounds].sort(),
    );
    for (const n of [12, 13]) expect(emulator.generations(video(n), "default"), "replaced by itself").to.equal(1);
    await stack.mustUp("--expect-no-changes");

    stack.program(program(transformed));
    const refused = await stack.up();
    expect(refused.code).to.not.equal(0);
    for (const name of ["protectedOne", "protectedMany"])
      expect(refused.text).to.contain(`::${name}" cannot be deleted`);

    await stack.mustRun("destroy", "--yes", "--skip-preview", "--exclude-protected");
    expect(emulator.files(), "protected, owned and retained").to.deep.equal(files(3, 4, 6, 7, 16, 17));
  });
});

describe("the engine's other ways to change a stack hold for a StreamDownload and for a StreamDownloads:", () => {
  const fixture = new Fixture();

  it("update plans, --target, up --refresh, state rename, stack rename, stack references", async () => {
    const emulator = await fixture.emulator({ behavior: { repost: "restart" }, rateLimit: false });
    const outputs = "exports.url = mp4.url; exports.urls = library.urls;\n";
    const program = (mp4: string, ...library: number[]) => head + mp4 + many("library", library) + outputs;
    const stack = await fixture.stack(emulator, program(one("mp4", 1), 2), { env: { PULUMI_EXPERIMENTAL: "true" } });

    await stack.mustRun("preview", "--save-plan", "plan.json");
    await stack.mustUp("--plan", "plan.json");
    expect(emulator.files()).to.deep.equal(files(1, 2));
    stack.program(program(one("mp4", 1), 2, 3));
    await stack.mustRun("preview", "--save-plan", "plan.json");
    stack.program(program(one("mp4", 4), 2, 3));
    const violated = await stack.up("--plan", "plan.json");
    expect(violated.code).to.not.equal(0);
    expect(violated.text).to.contain("violates plan");
    expect(emulator.files(), "what the plan does not have is not done")
      .to.include(files(1)[0])
      .and.not.include(files(4)[0]);

    stack.program(program(one("mp4", 1), 2, 3, 5));
    await stack.mustUp("--target", (await stateOf(stack, "mp4")).urn);
    expect(emulator.files()).to.not.include(files(5)[0]);
    await stack.mustUp("--target", (await stateOf(stack, "library")).urn);
    expect(emulator.files()).to.deep.equal(files(1, 2, 3, 5));

    for (const n of [1, 2]) emulator.setDownload(video(n), "default", undefined);
    await stack.mustUp("--refresh");
    expect(emulator.files()).to.deep.equal(files(1, 2, 3, 5));

    const before = writes(emulator);
    await stack.mustRun("state", "rename", (await stateOf(stack, "mp4")).urn, "film", "--yes");
    await stack.mustRun("state", "rename", (await stateOf(stack, "library")).urn, "films", "--yes");
    await stack.mustRun("stack", "rename", "prod");
    const renamed = program(one("mp4", 1), 2, 3, 5).replace('"mp4"', '"film"').replace('"library"', '"films"');
    stack.program(renamed);
    await stack.mustUp("--expect-no-changes");
    // A rename in the program, after those in the state: who claims what goes by the names that hold now.
    stack.program(renamed.replace('"film"', '"picture"').replace('"films"', '"pictures"'));
    await stack.mustUp();
    expect(writes(emulator)).to.deep.equal(before);

    await stack.mustRun("stack", "init", "reader");
    stack.program(`const prod = new pulumi.StackReference("organization/project/prod");
      const id = prod.getOutput("url").apply((url) => url.split("/")[3]);
      exports.url = new StreamDownload("sound", { videoId: id, type: "audio" }).url;
      exports.all = prod.getOutput("urls").apply((urls) => Object.keys(urls).length);`);
    await stack.mustUp();
    expect((await stack.mustRun("stack", "output", "all")).stdout.trim()).to.equal("3");
    expect(emulator.files()).to.include(`${video(1)}/audio`);
    await stack.mustRun("destroy", "--yes", "--skip-preview", "--stack", "prod");
    await stack.mustRun("destroy", "--yes", "--skip-preview", "--stack", "reader");
    expect(emulator.files()).to.deep.equal([]);
  });
});
