import { existsSync, readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import type { Emulator } from "../../packages/emulator/src";
import { ACCOUNT, TOKEN, video } from "../support/ids";
import { Fixture, writes } from "./fixture";
import { isAlive } from "./processes";
import type { Run, Stack } from "./stack";

const declare = (name: string, n: number, opts = "{}", type = "default") =>
  `new StreamDownload("${name}", { videoId: "${video(n)}", type: "${type}" }, ${opts});\n`;
const provider = (name: string) =>
  `const ${name} = new pulumi.ProviderResource("pulumi-nodejs", "${name}", { "cloudflare:apiToken": "${TOKEN}" });\n`;
const COMPONENT = 'const parent = new pulumi.ComponentResource("my:own:Group", "group");\n';
const DELETE_FIRST = "{ deleteBeforeReplace: true }";

/** The videos, by what happens to the resource that declares them. */
const V = {
  renamed: 1,
  aliased: 2,
  adopted: 3,
  swapped: 4,
  namesSwappedA: 5,
  namesSwappedB: 6,
  provided: 7,
  renamedAndProvided: 8,
  removed: 9,
  besideRemoved: 10,
  forgotten: 11,
  replaced: 12,
  replacement: 13,
  forced: 14,
  targeted: 15,
};

/** The program, step by step. What is not said to change is as it was. */
const PROGRAMS = [
  provider("one") +
    declare("renamed", V.renamed) +
    declare("aliased", V.aliased) +
    declare("into-component", V.adopted) +
    declare("mp4", V.swapped) +
    declare("sound", V.swapped, "{}", "audio") +
    declare("x", V.namesSwappedA, DELETE_FIRST) +
    declare("y", V.namesSwappedB, DELETE_FIRST) +
    declare("provided", V.provided) +
    declare("wanders", V.renamedAndProvided) +
    declare("removed", V.removed, "{ provider: one }") +
    declare("beside", V.besideRemoved, "{ provider: one }") +
    declare("forgotten", V.forgotten) +
    declare("replaced", V.replaced) +
    declare("forced", V.forced) +
    declare("targeted", V.targeted),
];
const step = (...changes: readonly [from: string, to: string][]) => {
  let program = PROGRAMS.at(-1) ?? "";
  for (const [from, to] of changes) {
    if (!program.includes(from)) throw new Error(`the program has no ${from}`);
    program = program.replace(from, to);
  }
  PROGRAMS.push(program);
};
step([declare("targeted", V.targeted), declare("retargeted", V.targeted)]);
step(
  [declare("renamed", V.renamed), declare("new-name", V.renamed)],
  [declare("aliased", V.aliased), declare("alias", V.aliased, '{ aliases: [{ name: "aliased" }] }')],
  [declare("into-component", V.adopted), COMPONENT + declare("into-component", V.adopted, "{ parent }")],
  [declare("mp4", V.swapped), declare("mp4", V.swapped, "{}", "audio")],
  [declare("sound", V.swapped, "{}", "audio"), declare("sound", V.swapped)],
  [declare("x", V.namesSwappedA, DELETE_FIRST), declare("x", V.namesSwappedB, DELETE_FIRST)],
  [declare("y", V.namesSwappedB, DELETE_FIRST), declare("y", V.namesSwappedA, DELETE_FIRST)],
  [declare("provided", V.provided), declare("provided", V.provided, "{ provider: one }")],
  [declare("wanders", V.renamedAndProvided), declare("wanders-on", V.renamedAndProvided, "{ provider: one }")],
  [declare("removed", V.removed, "{ provider: one }"), ""],
);
step(
  [provider("one"), provider("one") + provider("two")],
  [declare("provided", V.provided, "{ provider: one }"), declare("provided", V.provided)],
  [
    declare("wanders-on", V.renamedAndProvided, "{ provider: one }"),
    declare("wanders-far", V.renamedAndProvided, "{ provider: two }"),
  ],
  [declare("forced", V.forced), declare("forced", V.forced, DELETE_FIRST)],
);
step(
  [declare("wanders-far", V.renamedAndProvided, "{ provider: two }"), declare("wanders", V.renamedAndProvided)],
  [declare("replaced", V.replaced), declare("replaced", V.replacement)],
);

describe("identity on the real engine: a file that is declared is never deleted, and one that is not never stays", () => {
  const fixture = new Fixture("suite");
  const claims = join(tmpdir(), `pulumi-cloudflare-stream-downloads-${process.getuid?.() ?? "user"}`);
  const notes = () => (existsSync(claims) ? readdirSync(claims) : []);
  const notesBefore = new Set(notes());
  let emulator: Emulator;
  let stack: Stack;
  let urns: readonly string[];
  let run: Run;
  const urn = (name: string) => urns.find((one) => one.endsWith(`::${name}`)) ?? "";
  const update = async (n: number, ...flags: string[]): Promise<Run> => {
    stack.program(PROGRAMS[n] ?? "");
    const run = await stack.mustUp("--parallel", "32", ...flags);
    urns = (await stack.resources()).map((resource) => resource.urn);
    return run;
  };
  const of = (n: number) => writes(emulator, video(n));
  const kept = (name: string) => `the file is kept: the resource "${name}" declares the same download`;
  const POSTED = ["POST default"];

  before(async () => {
    // The worst case: another POST generates the file again.
    emulator = await fixture.emulator({ behavior: { repost: "restart" } });
    stack = await fixture.stack(emulator, "");
    await update(0);
  });

  it("the provider keeps the file through a rename in two targeted steps", async () => {
    const renamed = urn("targeted").replace(/::[^:]*$/, "::retargeted");
    await update(1, "--target", renamed);
    expect(urns).to.include(renamed).and.include(urn("targeted"));
    // Only now does the old resource go, in an update in which nothing of it is created.
    await update(1);
    expect(urn("targeted")).to.equal("");
    expect(of(V.targeted)).to.deep.equal(POSTED);
    expect(emulator.files()).to.include(`${video(V.targeted)}/default`);
  });

  it("the provider keeps the file when a resource is renamed without an alias, and says why", async () => {
    await stack.mustRun("state", "delete", urn("forgotten"), "--yes");
    // All that the tests down to the next update are about happens in this one.
    run = await update(2, "--replace", urn("forced"));
    expect(run.text).to.contain(kept("new-name"));
    expect(of(V.renamed)).to.deep.equal(POSTED);
  });

  it("the provider changes nothing when a resource is renamed with an alias", () => {
    expect(urn("alias")).to.not.equal("");
    expect(urn("aliased")).to.equal("");
    expect(run.text).to.not.contain(kept("alias"));
    expect(of(V.aliased)).to.deep.equal(POSTED);
  });

  it("the provider keeps the file when a resource moves into a component", () => {
    expect(urns.filter((one) => one.endsWith("::into-component"))).to.have.length(1);
    expect(urn("into-component")).to.contain("my:own:Group$");
    expect(of(V.adopted)).to.deep.equal(POSTED);
  });

  it("the provider keeps the file at --replace", () => {
    expect(run.text).to.contain(kept("forced"));
    // It is the resource's own, and none that is adopted.
    expect(run.text).to.not.contain("adopted");
    expect(of(V.forced)).to.deep.equal(POSTED);
  });

  it("the provider adopts files that are missing from the state", () => {
    expect(run.text).to.contain("the file already exists: it is not generated again, and belongs to this resource");
    expect(urn("forgotten")).to.not.equal("");
    expect(of(V.forgotten)).to.deep.equal(POSTED);
  });

  it("the provider generates and deletes nothing when two resources change places", async () => {
    expect(of(V.swapped).sort()).to.deep.equal(["POST audio", "POST default"]);
    const ids = Object.fromEntries((await stack.resources()).map((one) => [one.urn.split("::").pop(), one.id]));
    expect(ids).to.include({
      mp4: `${ACCOUNT}/${video(V.swapped)}/audio`,
      sound: `${ACCOUNT}/${video(V.swapped)}/default`,
    });
  });

  it("the provider loses no file when two resources change their names with each other, also deleting before replacing", () => {
    for (const n of [V.namesSwappedA, V.namesSwappedB]) expect(emulator.files()).to.include(`${video(n)}/default`);
  });

  it("the provider deletes the file of a resource that is removed while others of its provider and of another stay", () => {
    expect(of(V.removed)).to.deep.equal(["POST default", "DELETE default"]);
    expect(of(V.besideRemoved)).to.deep.equal(POSTED);
  });

  it("the provider generates the file again at --replace with deleteBeforeReplace", async () => {
    const next = await update(3, "--replace", urn("forced"));
    expect(of(V.forced)).to.deep.equal(["POST default", "DELETE default", "POST default"]);
    expect(next.text).to.contain(kept("wanders-far"));
  });

  it("the provider deletes the old file of a replacement that failed half-way, once the new one is there", async () => {
    emulator.injectFault({
      kind: "status",
      status: 500,
      operation: "createDownload",
      videoId: video(V.replacement),
      times: 1_000_000,
    });
    stack.program(PROGRAMS[4] ?? "");
    expect((await stack.up()).code).to.not.equal(0);
    expect(emulator.files()).to.include(`${video(V.replaced)}/default`);
    emulator.clearFaults();
    await update(4);
    expect(emulator.files())
      .to.include(`${video(V.replacement)}/default`)
      .and.not.include(`${video(V.replaced)}/default`);
  });

  it("the provider changes nothing when a resource moves to another provider and back", () => {
    expect(of(V.provided)).to.deep.equal(POSTED);
  });

  it("the provider keeps the file when a resource is renamed and moves to another provider, whose process is another", () => {
    expect(urn("wanders")).to.not.equal("");
    expect(of(V.renamedAndProvided)).to.deep.equal(POSTED);
  });

  it("the provider lets a second stack adopt the files of the first", async () => {
    const other = await fixture.stack(emulator, declare("a", V.renamed));
    expect((await other.mustUp()).text).to.contain("the file already exists");
    expect(of(V.renamed)).to.deep.equal(POSTED);
  });

  it("the provider refuses two resources with the same download also where their providers differ", async () => {
    stack.program(provider("one") + declare("a", 99, "{ provider: one }") + declare("b", 99));
    const run = await stack.run("preview");
    expect(run.code).to.not.equal(0);
    expect(run.text).to.match(/declared by the resource "[ab]" already/);
  });

  it("the provider deletes every file at the end, and leaves no claims behind", async () => {
    await stack.mustRun("destroy", "--yes", "--skip-preview");
    expect(emulator.files()).to.deep.equal([]);
    const alive = (name: string) => isAlive(Number(name.split(".")[1]));
    expect(notes().filter((name) => !notesBefore.has(name) && !alive(name))).to.deep.equal([]);
  });
});
