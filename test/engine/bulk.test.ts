import { expect } from "chai";
import type { Emulator } from "../../packages/emulator/src";
import { video } from "../support/ids";
import { Fixture, FOREVER_MS, writes } from "./fixture";
import { providerPid } from "./processes";
import type { Stack } from "./stack";

const IMPORT = 'const { StreamDownloads } = require("pulumi-cloudflare-stream-downloads");\n';
const bulk = (name: string, ids: readonly number[], more = "") =>
  `exports.${name} = new StreamDownloads("${name}", { videoIds: ${JSON.stringify(ids.map(video))}${more} });\n`;
const files = (...ids: number[]) => ids.map((id) => `${video(id)}/default`).sort();
/** Of the files, those of some videos. */
const filesOf = (emulator: Emulator, ...ids: number[]) =>
  emulator.files().filter((file) => ids.some((id) => file.startsWith(video(id))));

describe("a StreamDownloads on the real engine", () => {
  const fixture = new Fixture("suite");
  const single = `new StreamDownload("one", { videoId: "${video(21)}" });\n`;
  const typed = bulk("typed", [11], ', types: ["default", "audio"]');
  const listed = `exports.typed = new StreamDownloads("typed",
    { downloads: [{ videoId: "${video(11)}", type: "audio" }, { videoId: "${video(12)}" }] });\n`;
  const drifting = bulk("drifting", [31, 32, 33]);
  const last = IMPORT + bulk("all", [2, 3, 4]) + listed + drifting + bulk("giving", [21, 22]);
  let emulator: Emulator;
  let stack: Stack;
  const outputs = async (name: string) => {
    const resource = (await stack.resources()).find(({ urn }) => urn.endsWith(`::${name}`));
    return resource?.outputs as
      { urls: Record<string, Record<string, string>>; statuses: Record<string, object> } | undefined;
  };

  before(async () => {
    emulator = await fixture.emulator({ strict: true, behavior: { repost: "restart" } });
    for (let n = 1; n < 50; n += 1) emulator.addVideo({ videoId: video(n) });
    stack = await fixture.stack(
      emulator,
      IMPORT + bulk("all", [1, 2, 3]) + typed + drifting + bulk("giving", [21, 22]),
    );
  });

  it("a library creates all downloads in one step, for each given type, with urls that work", async () => {
    await stack.mustRun("preview");
    expect(emulator.requests).to.have.length(0);
    const created = await stack.mustUp();
    expect(created.text).to.contain("5 created").and.contain("3/3 ready");
    const { urls, statuses } = (await stack.outputs()).all as NonNullable<Awaited<ReturnType<typeof outputs>>>;
    expect(statuses).to.deep.equal(Object.fromEntries([1, 2, 3].map((n) => [video(n), { default: "ready" }])));
    expect((await fetch(urls[video(2)]?.default ?? "")).status).to.equal(200);
    expect(filesOf(emulator, 11)).to.deep.equal([`${video(11)}/audio`, `${video(11)}/default`]);
  });

  it("a library is left alone when unchanged", async () => {
    const before = emulator.requests.length;
    await stack.mustUp("--expect-no-changes");
    expect(emulator.requests.length).to.equal(before);
  });

  it("a refresh of a library finds which files are gone, and drops only those", async () => {
    emulator.setDownload(video(32), "default", undefined);
    await stack.mustRun("refresh", "--yes", "--skip-preview");
    expect(Object.keys((await outputs("drifting"))?.urls ?? {})).to.deep.equal([video(31), video(33)]);
  });

  it("a library changes only what is added, removed or gone, and hands a video over to a StreamDownload unchanged", async () => {
    stack.program(IMPORT + bulk("all", [2, 3, 4]) + listed + drifting + bulk("giving", [22]) + single);
    const preview = await stack.mustRun("preview");
    expect(preview.text)
      .to.contain(`1 to add (${video(4)}/default); 1 to remove (${video(1)}/default)`)
      .and.contain(`1 to add (${video(32)}/default)`);
    emulator.clearRequests();
    await stack.mustUp();
    expect(filesOf(emulator, 1, 2, 3, 4)).to.deep.equal(files(2, 3, 4));
    expect(filesOf(emulator, 31, 32, 33)).to.deep.equal(files(31, 32, 33));
    const touched = new Set(emulator.requests.map(({ videoId }) => Number.parseInt(videoId, 16)));
    expect([...touched].sort((a, b) => a - b)).to.deep.equal([1, 4, 11, 12, 21, 32]);
    expect(writes(emulator, video(21))).to.deep.equal([]);
  });

  it("a library accepts a list of downloads instead of types for all videos", () => {
    expect(filesOf(emulator, 11, 12)).to.deep.equal([`${video(11)}/audio`, `${video(12)}/default`]);
    expect(writes(emulator, video(11))).to.deep.equal(["DELETE default"]);
  });

  it("a library takes a video back without generating or deleting a file, and not while both declare it", async () => {
    stack.program(last + single);
    expect((await stack.run("preview")).text).to.contain("already");
    stack.program(last);
    await stack.mustUp();
    for (const n of [21, 22]) expect(emulator.generations(video(n), "default")).to.equal(1);
    expect(filesOf(emulator, 21, 22)).to.deep.equal(files(21, 22));
  });

  it("a library keeps what succeeded when some downloads fail, names the failures, and continues with only those", async () => {
    emulator.addVideo({ videoId: video(43), state: "error", errorReason: "not a video" });
    emulator.removeVideo(video(44));
    stack.program(last + bulk("failing", [41, 42, 43, 44]));
    const run = await stack.up();
    expect(run.code).to.not.equal(0);
    expect(run.text)
      .to.contain("2 of 4 failed (2 of 4 ready")
      .and.contain("not a video")
      .and.contain(`there is no video ${video(44)}`);
    expect(run.text).to.contain(`${video(43)}/default`);
    expect(Object.keys((await outputs("failing"))?.urls ?? {})).to.deep.equal([video(41), video(42)]);
    emulator.clearRequests();
    for (const n of [43, 44]) emulator.addVideo({ videoId: video(n) });
    await stack.mustUp();
    expect(filesOf(emulator, 41, 42, 43, 44)).to.deep.equal(files(41, 42, 43, 44));
    expect(emulator.requests.map(({ videoId }) => videoId)).to.not.include(video(41));
  });

  it("a library fails in the preview with the path of what is wrong", async () => {
    const previewed = async (program: string) => {
      stack.program(IMPORT + program);
      return (await stack.run("preview")).text;
    };
    expect(await previewed(bulk("twice", [1, 2, 1])))
      .to.contain("videoIds[2]")
      .and.contain("is the same download as videoIds[0]");
    expect(await previewed(bulk("mixed", [1], ', types: ["default", "gif"], downloads: [], typo: 1')))
      .to.contain("cannot be given beside downloads")
      .and.contain("typo");
  });

  it("a library deletes all files at destroy", async () => {
    await stack.mustRun("destroy", "--yes", "--skip-preview");
    expect(emulator.files()).to.deep.equal([]);
  });
});

describe("a StreamDownloads that is cut off on the real engine", () => {
  const fixture = new Fixture();

  it("a library that is cut off resumes after a SIGKILL of the provider and after Ctrl-C, and generates nothing twice", async () => {
    const emulator = await fixture.emulator({ encodingMs: FOREVER_MS, behavior: { repost: "restart" } });
    const stack = await fixture.stack(emulator, IMPORT + bulk("all", [1, 2, 3]));
    const killed = stack.start("up", "--yes", "--skip-preview");
    await killed.until(() => emulator.files().length === 3);
    process.kill(providerPid(killed.child.pid), "SIGKILL");
    expect((await killed.done).code).to.not.equal(0);
    emulator.clearRequests();
    const looked = (n: number) => emulator.requests.filter(({ videoId }) => videoId === video(n)).length;
    const cancelled = stack.start("up", "--yes", "--skip-preview");
    // One look finds the file, the next ones wait for it.
    await cancelled.until(() => [1, 2, 3].every((n) => looked(n) > 1));
    process.kill(cancelled.child.pid ?? 0, "SIGINT");
    expect((await cancelled.done).text).to.contain("cancelled while waiting");
    const statuses = (await stack.resources())[0]?.outputs?.statuses as object;
    expect(Object.keys(statuses)).to.have.length(3);
    emulator.clock.advance(FOREVER_MS);
    await stack.mustUp();
    for (const n of [1, 2, 3]) expect(emulator.generations(video(n), "default")).to.equal(1);
    await stack.mustRun("destroy", "--yes", "--skip-preview");
    expect(emulator.files()).to.deep.equal([]);
  });
});
