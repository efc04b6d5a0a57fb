import { expect } from "chai";
import { video } from "../support/ids";
import { Fixture } from "./fixture";

describe("drift on the real engine", () => {
  const fixture = new Fixture();
  const one = `exports.url = new StreamDownload("a", { videoId: "${video(1)}" }).url;`;
  const start = async () => {
    const emulator = await fixture.emulator({ strict: true });
    emulator.addVideo({ videoId: video(1) });
    const stack = await fixture.stack(emulator, one);
    await stack.mustUp();
    return { emulator, stack };
  };

  it("deleted out of band: shown by preview --refresh, mended by up --refresh", async () => {
    const { emulator, stack } = await start();
    emulator.setDownload(video(1), "default", undefined);
    expect((await stack.mustRun("preview", "--refresh")).text).to.contain("1 to create");
    await stack.mustUp("--refresh");
    expect(emulator.files()).to.deep.equal([`${video(1)}/default`]);
  });

  it("turned to error: shown by refresh, asked for anew by up", async () => {
    const { emulator, stack } = await start();
    emulator.setDownload(video(1), "default", { status: "error", percent: 0 });
    await stack.mustRun("refresh", "--yes", "--skip-preview");
    expect((await stack.resources())[0]?.outputs)
      .to.include({ status: "error" })
      .and.not.have.property("url");
    expect((await stack.mustRun("preview")).text).to.contain("Cloudflare failed to generate the file");
    await stack.mustUp();
    expect((await stack.resources())[0]?.outputs).to.include({ status: "ready" });
  });

  it("in progress again: the url is gone until it is ready", async () => {
    const { emulator, stack } = await start();
    emulator.setDownload(video(1), "default", { status: "inprogress", percent: 70 });
    await stack.mustRun("refresh", "--yes", "--skip-preview");
    expect((await stack.resources())[0]?.outputs)
      .to.include({ status: "inprogress" })
      .and.not.have.property("url");
    emulator.setDownload(video(1), "default", { status: "ready", percent: 100 });
    await stack.mustUp();
    expect((await stack.outputs()).url).to.match(/default\.mp4$/);
  });

  it("another url: taken over by refresh", async () => {
    const { emulator, stack } = await start();
    const answer = { default: { status: "ready", percentComplete: 100, url: "https://elsewhere.example/default.mp4" } };
    emulator.fault({
      kind: "body",
      body: JSON.stringify({ success: true, errors: [], messages: [], result: answer }),
      operation: "listDownloads",
    });
    await stack.mustRun("refresh", "--yes", "--skip-preview");
    expect((await stack.resources())[0]?.outputs?.url).to.equal("https://elsewhere.example/default.mp4");
    await stack.mustRun("refresh", "--yes", "--skip-preview");
    await stack.mustUp("--expect-no-changes");
  });

  it("the video deleted: dropped by refresh, and up says plainly that it cannot be mended", async () => {
    const { emulator, stack } = await start();
    emulator.removeVideo(video(1));
    expect((await stack.mustRun("refresh", "--yes", "--skip-preview")).text).to.contain("1 deleted");
    const run = await stack.up();
    expect(run.code).to.not.equal(0);
    expect(run.text).to.contain(`there is no video ${video(1)}`);
    emulator.addVideo({ videoId: video(1) });
    await stack.mustUp();
  });
});
