import { expect } from "chai";
import { Fixture } from "./fixture";

describe("a large library on the real engine", () => {
  const fixture = new Fixture();

  it("a library of 3,000 downloads is ready within one update where the stack's configuration says that Cloudflare allows as many requests", async () => {
    // What is announced for another window than Cloudflare's five minutes is not believed: only the configuration allows more than
    // 1,200 requests in 5 minutes, with which this would take 15 minutes.
    const emulator = await fixture.emulator({ encodingMs: 0, rateLimit: { quota: 10_000, windowMs: 60_000 } });
    const stack = await fixture.stack(
      emulator,
      `const { StreamDownloads } = require("pulumi-cloudflare-stream-downloads");
       const videoIds = Array.from({ length: 1500 }, (_, n) => n.toString(16).padStart(32, "0"));
       const { urls } = new StreamDownloads("all", { videoIds, types: ["default", "audio"] });
       exports.ready = urls.apply((all) => Object.values(all).flatMap(Object.values).length);`,
    );
    await stack.config({ "cloudflare-stream:requestsPer5Minutes": "60000" });
    const { text } = await stack.mustUp();
    expect(text).to.contain("3,000/3,000 ready after");
    expect(await stack.outputs()).to.deep.equal({ ready: 3000 });
    expect(emulator.files()).to.have.length(3000);
    expect(emulator.requests.filter(({ status }) => status === 429)).to.deep.equal([]);
    await stack.mustRun("destroy", "--yes", "--skip-preview");
    expect(emulator.files()).to.deep.equal([]);
  });
});
