import { expect } from "chai";
import type { Emulator } from "../../packages/emulator/src";
import { video } from "../support/ids";
import { Fixture } from "./fixture";
import type { Stack } from "./stack";

/** The videos, by what happens to their downloads behind Pulumi's back. */
const [deleted, failed, restarted, moved, videoGone] = [1, 2, 3, 4, 5] as const;
const ELSEWHERE = "https://elsewhere.example/default.mp4";

describe("drift on the real engine", () => {
  const fixture = new Fixture("suite");
  let emulator: Emulator;
  let stack: Stack;
  const resource = async (n: number) => (await stack.resources()).find(({ id }) => id?.includes(video(n)));
  const refresh = () => stack.mustRun("refresh", "--yes", "--skip-preview");

  before(async () => {
    emulator = await fixture.emulator({ strict: true });
    const all = [deleted, failed, restarted, moved, videoGone];
    for (const n of all) emulator.addVideo({ videoId: video(n) });
    stack = await fixture.stack(
      emulator,
      all.map((n) => `exports.v${n} = new StreamDownload("v${n}", { videoId: "${video(n)}" }).url;`).join("\n"),
    );
    await stack.mustUp();
    emulator.setDownload(video(deleted), "default", undefined);
    emulator.setDownload(video(failed), "default", { status: "error", percent: 0 });
    emulator.setDownload(video(restarted), "default", { status: "inprogress", percent: 70 });
    const answer = { default: { status: "ready", percentComplete: 100, url: ELSEWHERE } };
    const body = JSON.stringify({ success: true, errors: [], messages: [], result: answer });
    emulator.injectFault({ kind: "body", body, operation: "listDownloads", videoId: video(moved), times: 1_000_000 });
    emulator.removeVideo(video(videoGone));
  });

  it("deleted out of band: shown by preview --refresh and by refresh", async () => {
    expect((await stack.mustRun("preview", "--refresh")).text).to.contain("2 to create");
    expect((await refresh()).text).to.contain("2 deleted");
    expect(await resource(deleted)).to.equal(undefined);
  });

  it("turned to error: shown by refresh, without a url", async () => {
    expect((await resource(failed))?.outputs)
      .to.include({ status: "error" })
      .and.not.have.property("url");
    expect((await stack.mustRun("preview")).text).to.contain("Cloudflare failed to generate the file");
  });

  it("in progress again: the url is gone until it is ready", async () => {
    // The state has what the refresh saw; the next update is not to wait, whatever comes of this test.
    emulator.setDownload(video(restarted), "default", { status: "ready", percent: 100 });
    expect((await resource(restarted))?.outputs)
      .to.include({ status: "inprogress" })
      .and.not.have.property("url");
  });

  it("another url: taken over by refresh, and left alone by an update; the stack's outputs have it with the next update, not before", async () => {
    expect((await resource(moved))?.outputs?.url).to.equal(ELSEWHERE);
    expect((await stack.outputs())[`v${moved}`]).to.match(new RegExp(`${video(moved)}/downloads/default\\.mp4$`));
  });

  it("the video deleted: dropped by refresh, and up says plainly that it cannot be mended, and mends the rest", async () => {
    expect(await resource(videoGone)).to.equal(undefined);
    const run = await stack.up("--continue-on-error");
    expect(run.code).to.not.equal(0);
    expect(run.text).to.contain(`there is no video ${video(videoGone)}`);
    expect(emulator.files()).to.include(`${video(deleted)}/default`);
    for (const n of [deleted, failed, restarted]) expect((await resource(n))?.outputs).to.include({ status: "ready" });
    expect((await resource(moved))?.outputs?.url).to.equal(ELSEWHERE);
    expect((await stack.outputs())[`v${moved}`]).to.equal(ELSEWHERE);
  });

  it("whatever it was: mended by up --refresh, and then there is nothing to do", async () => {
    emulator.clearFaults();
    emulator.addVideo({ videoId: video(videoGone) });
    emulator.setDownload(video(deleted), "default", undefined);
    await stack.mustUp("--refresh");
    expect(emulator.files()).to.have.length(5);
    const outputs = await stack.outputs();
    for (const n of [deleted, failed, restarted, moved, videoGone])
      expect(outputs[`v${n}`]).to.match(new RegExp(`${video(n)}/downloads/default\\.mp4$`));
    await stack.mustUp("--expect-no-changes");
  });
});
