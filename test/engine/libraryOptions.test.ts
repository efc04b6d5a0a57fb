import { expect } from "chai";
import { type Gate, startGate } from "../support/gate";
import { video } from "../support/ids";
import { Fixture, writes } from "./fixture";
import type { StateResource } from "./stack";

describe("the options of a StreamDownloads that gives videos up, on the real engine", () => {
  const fixture = new Fixture();
  let gate: Gate;
  beforeEach(async () => {
    gate = await startGate();
  });
  afterEach(() => gate.close());
  const head = `const { StreamDownloads } = require("pulumi-cloudflare-stream-downloads");\n`;
  const library = (name: string, numbers: readonly number[], opts = "{}") =>
    `const ${name} = new StreamDownloads("${name}", { videoIds: ${JSON.stringify(numbers.map(video))} }, ${opts});\n`;
  const files = (...numbers: number[]) => numbers.map((n) => `${video(n)}/default`).sort();
  const [RETAIN, PROTECT, BEFORE] = ["{ retainOnDelete: true }", "{ protect: true }", "{ deleteBeforeReplace: true }"];

  it("the options of a library hold: removed files are deleted, retained or refused, the others do not change, and only both options together generate all again", async () => {
    // The worst case: another POST generates the file again.
    const emulator = await fixture.emulator({ behavior: { repost: "restart" } });
    const guarded = (...numbers: number[]) => library("guarded", numbers, PROTECT);
    const stack = await fixture.stack(
      emulator,
      head +
        library("kept", [1, 2], RETAIN) +
        guarded(3, 4) +
        library("plain", [5, 6, 7]) +
        library("before", [8, 9], BEFORE),
    );
    await stack.mustUp();
    const ids = async () => (await stack.resources()).map(({ urn, id }) => `${urn} ${id}`).sort();
    const idsBefore = await ids();

    const fewer = library("kept", [1], RETAIN) + library("plain", [5, 6]) + library("before", [8], BEFORE);
    stack.program(head + fewer + guarded(3, 4));
    const preview = await stack.mustRun("preview");
    expect(preview.text).to.contain(`1 to remove (${video(7)}/default) at the end of the update, so that`);
    const seen = emulator.requests.length;
    await stack.mustUp();
    expect(emulator.files()).to.deep.equal(files(1, 2, 3, 4, 5, 6, 8));
    expect(emulator.requests.slice(seen).map(({ videoId }) => videoId)).to.have.members([video(7), video(9)]);
    expect(await ids()).to.deep.equal(idsBefore);
    await stack.mustUp("--expect-no-changes");

    stack.program(head + fewer + guarded(3));
    const refused = await stack.up();
    expect(refused.code).to.not.equal(0);
    expect(refused.text).to.contain("protect");
    expect(emulator.files()).to.include.members(files(3, 4));

    stack.program(head + fewer + guarded(3, 4));
    const urnOf = (name: string) =>
      idsBefore.map((text) => text.split(" ")[0] ?? "").find((urn) => urn.endsWith(`::${name}`)) ?? "";
    await stack.mustUp("--replace", urnOf("plain"), "--replace", urnOf("before"));
    const generations = [5, 6, 8].map((n) => emulator.generations(video(n), "default"));
    expect(generations, "made again with --replace and deleteBeforeReplace alone").to.deep.equal([1, 1, 2]);

    stack.program(head + fewer + library("guarded", [3, 4]));
    await stack.mustUp();
    await stack.mustRun("destroy", "--yes", "--refresh");
    expect(emulator.files(), "a refresh before a destroy keeps nothing").to.deep.equal(files(1, 2));
  });

  it("a crash between a library's replacement and the deletion leaves nothing behind, and nothing is generated again", async () => {
    const emulator = await fixture.emulator({ behavior: { repost: "restart" } });
    const stack = await fixture.stack(emulator, head + library("all", [1, 2, 3]));
    await stack.mustUp();
    const held = `module.exports = async () => { ${library("all", [3, 4])} await fetch("${gate.url}"); };\n`;
    stack.program(head + held);
    const run = stack.start("up", "--yes", "--skip-preview");
    const replaced = (resource: StateResource) => video(4) in ((resource.outputs?.urls as object | undefined) ?? {});
    await run.until(() => stack.hasWritten((resources) => resources.some(replaced)));
    process.kill(-(run.child.pid ?? 0), "SIGKILL");
    await run.done;
    await stack.mustRun("cancel", "--yes");
    expect(emulator.files(), "nothing is deleted before the program has ended").to.deep.equal(files(1, 2, 3, 4));
    gate.open();
    await stack.mustUp();
    expect(emulator.files()).to.deep.equal(files(3, 4));
    expect(writes(emulator).filter((write) => write.startsWith("POST"))).to.have.length(4);
    expect(emulator.generations(video(3), "default")).to.equal(1);
  });

  it("a video that moves from a library to another targeted resource is kept, a rename whose old half is excluded keeps it too, and a destroy that runs the program keeps nothing", async () => {
    const emulator = await fixture.emulator({ behavior: { repost: "restart" } });
    const stack = await fixture.stack(emulator, head + library("all", [1, 2, 3]));
    await stack.mustUp();
    const urn = (await stack.resources())[0]?.urn ?? "";
    stack.program(`${head}${library("all", [1])} new StreamDownload("one", { videoId: "${video(2)}" });`);
    const single = urn.replace("streamDownloads:StreamDownloads::all", "streamDownload:StreamDownload::one");
    await stack.mustUp("--target", urn, "--target", single);
    expect(emulator.files()).to.deep.equal(files(1, 2));
    stack.program(`${head}${library("all", [1])} new StreamDownload("renamed", { videoId: "${video(2)}" });`);
    await stack.mustUp("--exclude", single);
    expect((await stack.resources()).map(({ urn }) => urn)).to.include.members([
      single,
      single.replace("::one", "::renamed"),
    ]);
    expect(emulator.files()).to.deep.equal(files(1, 2));
    expect(writes(emulator).filter((write) => write.startsWith("POST"))).to.have.length(3);
    await stack.mustRun("destroy", "--yes", "--run-program", "--refresh");
    expect(emulator.files()).to.deep.equal([]);
  });
});
