import { expect } from "chai";
import { Fixture } from "./fixture";

describe("a large library on the real engine", () => {
  const fixture = new Fixture();

  it("a library of all 2,500 videos of an account is ready within one update where the stack's configuration says that Cloudflare allows as many requests", async () => {
    // What is announced for another window than Cloudflare's five minutes is not believed: only the configuration allows more than
    // 1,200 requests in 5 minutes, with which this would take 15 minutes.
    const emulator = await fixture.emulator({ encodingMs: 0, rateLimit: { quota: 10_000, windowMs: 60_000 } });
    emulator.addVideos({ count: 2500 });
    const stack = await fixture.stack(
      emulator,
      `const { StreamDownloads, getStreamVideosOutput } = require("pulumi-cloudflare-stream-downloads");
       const { urls } = new StreamDownloads("all", { videoIds: getStreamVideosOutput().videoIds });
       exports.ready = urls.apply((all) => Object.values(all).flatMap(Object.values).length);`,
    );
    await stack.config({ "cloudflare-stream:requestsPer5Minutes": "60000" });
    const { text } = await stack.mustUp();
    expect(text).to.contain("2,500/2,500 ready after");
    expect(await stack.outputs()).to.deep.equal({ ready: 2500 });
    expect(emulator.files()).to.have.length(2500);
    expect(emulator.requests.filter(({ operation }) => operation === "listVideos")).to.have.length(4);
    expect(emulator.requests.filter(({ status }) => status === 429)).to.deep.equal([]);
    emulator.addVideo({ videoId: "f".repeat(32) });
    const sent = emulator.requests.length;
    await stack.mustUp();
    const since = emulator.requests.slice(sent).filter(({ operation }) => operation !== "listVideos");
    expect([...new Set(since.map(({ videoId }) => videoId))]).to.deep.equal(["f".repeat(32)]);
    await stack.mustRun("destroy", "--yes", "--skip-preview");
    expect(emulator.files()).to.deep.equal([]);
  });
});
