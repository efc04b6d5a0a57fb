import { expect } from "chai";
import { ACCOUNT, video } from "../support/ids";
import { Fixture, FOREVER_MS, writes } from "./fixture";

describe("waitForReady false and a video that is still encoding, on the real engine", () => {
  const fixture = new Fixture();

  it("an update with waitForReady false continues at once, keeps both resources through refreshes, requests each download once the video is ready, and leaves nothing behind", async () => {
    const emulator = await fixture.emulator({ strict: true, encodingMs: FOREVER_MS });
    for (const n of [1, 2]) emulator.addVideo({ videoId: video(n), state: "inprogress", readyAfterMs: FOREVER_MS });
    const stack = await fixture.stack(
      emulator,
      `const { StreamDownloads } = require("pulumi-cloudflare-stream-downloads");
       const one = new StreamDownload("one", { videoId: "${video(1)}", waitForReady: false });
       const all = new StreamDownloads("all", { videoIds: ["${video(2)}"], waitForReady: false });
       exports.one = { status: one.status, percent: one.percentComplete, url: one.url };
       exports.all = { statuses: all.statuses, urls: all.urls };`,
    );
    const waiting = {
      one: { status: "inprogress", percent: 0 },
      all: { statuses: { [video(2)]: { default: "inprogress" } }, urls: {} },
    };
    const created = await stack.mustUp();
    expect(created.text).to.contain("the video itself is not ready: a later update requests its download");
    expect(await stack.outputs()).to.deep.equal(waiting);
    expect((await stack.resources()).map(({ id }) => id)).to.include(`${ACCOUNT}/${video(1)}/default`);
    expect(emulator.files()).to.deep.equal([]);

    const refreshed = await stack.mustRun("refresh", "--yes", "--skip-preview");
    expect(refreshed.text).to.not.match(/deleted/);
    const preview = await stack.mustRun("preview", "--diff");
    expect(preview.text).to.contain("the video itself was not ready when last checked");
    expect((await stack.resources()).length).to.equal(2);

    emulator.clock.advance(FOREVER_MS);
    await stack.mustRun("refresh", "--yes", "--skip-preview");
    expect((await stack.resources()).length, "a refresh requests nothing, and drops nothing").to.equal(2);
    expect(emulator.files()).to.deep.equal([]);
    await stack.mustUp();
    expect(emulator.files()).to.deep.equal([`${video(1)}/default`, `${video(2)}/default`]);
    expect(await stack.outputs()).to.deep.equal(waiting);

    emulator.clock.advance(FOREVER_MS);
    await stack.mustRun("refresh", "--yes", "--skip-preview");
    await stack.mustUp("--expect-no-changes");
    expect(JSON.stringify(await stack.resources())).to.not.contain("__awaiting");
    expect([emulator.generations(video(1), "default"), emulator.generations(video(2), "default")]).to.deep.equal([
      1, 1,
    ]);
    expect(writes(emulator).filter((write) => write.startsWith("DELETE"))).to.deep.equal([]);
    await stack.mustRun("destroy", "--yes", "--skip-preview");
    expect(emulator.files()).to.deep.equal([]);
  });
});
