import { expect } from "chai";
import type { Emulator } from "../../packages/emulator/src";
import { Fixture } from "./fixture";
import { eachHost, type Host, HOSTS, onBothHosts } from "./hosts";
import type { Stack } from "./stack";

/** The videos, by what happens to their downloads behind Pulumi's back. */
const ALL = [1, 2, 3, 4, 5] as const;
const [deleted, failed, restarted, moved, videoGone] = ALL;
const ELSEWHERE = "https://elsewhere.example/default.mp4";

describe("drift on the real engine", () => {
  const fixture = new Fixture("suite");
  let emulator: Emulator;
  let stack: Stack;
  const resource = async (host: Host, n: number) =>
    (await stack.resources()).find(({ id }) => id?.includes(host.video(n)));
  const output = async (host: Host, n: number) => (await stack.outputs())[host.named(`v${n}`)];
  const urlOf = (host: Host, n: number) => new RegExp(`${host.video(n)}/downloads/default\\.mp4$`);
  const refresh = () => stack.mustRun("refresh", "--yes", "--skip-preview");

  before(async () => {
    emulator = await fixture.emulator({ strict: true });
    for (const host of HOSTS) for (const n of ALL) emulator.addVideo({ videoId: host.video(n) });
    stack = await fixture.stack(
      emulator,
      onBothHosts((host) => ALL.map((n) => host.download(`v${n}`, n)).join("")),
    );
    await stack.mustUp();
    const response = { default: { status: "ready", percentComplete: 100, url: ELSEWHERE } };
    const body = JSON.stringify({ success: true, errors: [], messages: [], result: response });
    for (const host of HOSTS) {
      emulator.setDownload(host.video(deleted), "default", undefined);
      emulator.setDownload(host.video(failed), "default", { status: "error", percent: 0 });
      emulator.setDownload(host.video(restarted), "default", { status: "inprogress", percent: 70 });
      const videoId = host.video(moved);
      emulator.injectFault({ kind: "body", body, operation: "listDownloads", videoId, times: 1_000_000 });
      emulator.removeVideo(host.video(videoGone));
    }
  });

  it("deleted out of band: shown by preview --refresh and by refresh", async () => {
    expect((await stack.mustRun("preview", "--refresh")).text).to.contain("4 to create");
    const { text } = await refresh();
    expect(text).to.contain("4 deleted");
    await eachHost(async (host) => {
      expect(host.linesAbout(`v${deleted}`, text)).to.contain(
        "missing at Cloudflare: `pulumi up` generates the file again",
      );
      expect(await resource(host, deleted)).to.equal(undefined);
    });
  });

  it("turned to error: shown by refresh, without a url", async () => {
    const { text } = await stack.mustRun("preview");
    await eachHost(async (host) => {
      expect((await resource(host, failed))?.outputs)
        .to.include({ status: "error" })
        .and.not.have.property("url");
      expect(host.linesAbout(`v${failed}`, text)).to.contain("Cloudflare failed to generate the file");
    });
  });

  it("in progress again: the url is gone until it is ready", () =>
    eachHost(async (host) => {
      // The state has what the refresh saw; the next update is not to wait, whatever comes of this test.
      emulator.setDownload(host.video(restarted), "default", { status: "ready", percent: 100 });
      expect((await resource(host, restarted))?.outputs)
        .to.include({ status: "inprogress" })
        .and.not.have.property("url");
    }));

  it("another url: taken over by refresh, and left alone by an update; the stack's outputs have it with the next update, not before", () =>
    eachHost(async (host) => {
      expect((await resource(host, moved))?.outputs?.url).to.equal(ELSEWHERE);
      expect(await output(host, moved)).to.match(urlOf(host, moved));
    }));

  it("the video deleted: dropped by refresh, and up says plainly that it cannot be mended, and mends the rest", async () => {
    await eachHost(async (host) => expect(await resource(host, videoGone)).to.equal(undefined));
    const run = await stack.up("--continue-on-error");
    expect(run.code).to.not.equal(0);
    await eachHost(async (host) => {
      expect(run.text).to.contain(`there is no video ${host.video(videoGone)}`);
      expect(emulator.files()).to.include(host.file(deleted));
      for (const n of [deleted, failed, restarted])
        expect((await resource(host, n))?.outputs).to.include({ status: "ready" });
      expect((await resource(host, moved))?.outputs?.url).to.equal(ELSEWHERE);
      expect(await output(host, moved)).to.equal(ELSEWHERE);
    });
  });

  it("whatever it was: mended by up --refresh, and then there is nothing to do", async () => {
    emulator.clearFaults();
    for (const host of HOSTS) {
      emulator.addVideo({ videoId: host.video(videoGone) });
      emulator.setDownload(host.video(deleted), "default", undefined);
    }
    await stack.mustUp("--refresh");
    expect(emulator.files()).to.have.length(10);
    await eachHost(async (host) => {
      for (const n of ALL) expect(await output(host, n)).to.match(urlOf(host, n));
    });
    await stack.mustUp("--expect-no-changes");
  });
});
