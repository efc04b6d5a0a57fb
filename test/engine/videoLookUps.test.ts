import { expect } from "chai";
import { ACCOUNT, TOKEN, video } from "../support/ids";
import { Fixture, writes } from "./fixture";
import { eachHost, HOSTS, onBothHosts } from "./hosts";

/** How many videos each host's account of this test has: more than two pages, so that what it reads is joined. */
const MANY = 2500;
const CREATED = "2026-01-01T00:00:00.123456Z";

describe("an account's videos on the real engine", () => {
  const fixture = new Fixture();

  it("an account's videos, more than one response lists, are found by both hosts, and nothing of them is plain in the state where an argument is secret", async () => {
    const emulator = await fixture.emulator();
    emulator.addVideos({ count: MANY, createdEveryMs: 0.1, created: CREATED, creator: "the-secret" });
    emulator.changeVideo(video(7), { state: "error" });
    const stack = await fixture.stack(
      emulator,
      onBothHosts(
        (host) => `
          const all = ${host.name}.getStreamVideosOutput({ creator: pulumi.secret("the-secret"), status: "ready" });
          exports["${host.named("found")}"] = all.apply(({ accountId, videoIds, videos }) => ({
            accountId, count: videoIds.length, ends: [videoIds[0], videoIds.at(-1)], first: videos[0] }));
          exports["${host.named("newest")}"] = ${host.name}.getStreamVideos({ limit: 2 }).then((found) => found.videoIds);
          exports["${host.named("wrong")}"] = ${host.name}.getStreamVideos({ limit: 0 }).catch((error) => error.message);
        `,
      ),
    );
    await stack.mustUp();
    expect(await stack.export()).to.not.contain("the-secret");
    const outputs = await stack.outputs();
    await eachHost((host) => {
      expect(outputs[host.named("found")]).to.deep.equal({
        accountId: ACCOUNT,
        count: MANY - 1,
        ends: [video(1), video(MANY)],
        first: {
          videoId: video(1),
          name: "video 1",
          status: "ready",
          duration: 12.5,
          size: 4_190_963,
          created: CREATED,
          requireSignedURLs: false,
          creator: "the-secret",
        },
      });
      expect(outputs[host.named("newest")]).to.deep.equal([video(MANY - 1), video(MANY)]);
      expect(outputs[host.named("wrong")]).to.contain("getStreamVideos: limit must be a whole number from 1 on");
    });
    await stack.mustUp("--expect-no-changes");
    await stack.mustRun("destroy", "--yes", "--skip-preview");
  });

  it("a library of an account's videos gains the file of a video that is added, loses that of one that left the list, and its preview says so", async () => {
    const emulator = await fixture.emulator();
    for (const host of HOSTS)
      emulator.addVideos({
        count: 3,
        firstVideoId: host.video(1),
        creator: host.name,
        created: "2026-01-01T00:00:00Z",
      });
    const stack = await fixture.stack(
      emulator,
      onBothHosts(
        (host) => `
          const { videoIds } = ${host.name}.getStreamVideosOutput({ creator: "${host.name}", status: "ready" });
          exports["${host.named("all")}"] = new ${host.name}.StreamDownloads("${host.named("all")}", { videoIds }).urls;
        `,
      ),
    );
    await stack.mustUp();
    await eachHost((host) => expect(emulator.files()).to.include.members([1, 2, 3].map((n) => host.file(n))));
    await stack.mustUp("--expect-no-changes");
    for (const host of HOSTS) {
      emulator.addVideo({ videoId: host.video(4), creator: host.name, created: "2026-02-01T00:00:00Z" });
      emulator.addVideo({ videoId: host.video(5), creator: host.name, state: "inprogress" });
      // One that changes hands, and one that is deleted at Cloudflare, with its files.
      emulator.changeVideo(host.video(1), { creator: "someone-else" });
      emulator.removeVideo(host.video(2));
    }
    const { text } = await stack.mustRun("preview");
    await eachHost((host) => {
      const removed = [1, 2].map((n) => host.file(n)).join(", ");
      expect(text).to.contain(`1 to add (${host.file(4)}); 2 to remove (${removed})`);
    });
    await stack.mustUp();
    const outputs = await stack.outputs();
    await eachHost((host) => {
      expect(Object.keys(outputs[host.named("all")] as object)).to.have.members([3, 4].map((n) => host.video(n)));
      const files = emulator.files().filter((file) => [1, 2, 3, 4, 5].some((n) => file === host.file(n)));
      expect(files).to.have.members([3, 4].map((n) => host.file(n)));
      // What stays is left alone.
      expect(writes(emulator, host.video(3))).to.deep.equal(["POST default"]);
    });
    await stack.mustRun("destroy", "--yes", "--skip-preview");
    expect(emulator.files()).to.deep.equal([]);
  });

  it("an account's videos are unknown in a preview without credentials as an output, fail it as a promise, and are none with the plugin", async () => {
    const emulator = await fixture.emulator();
    const stack = await fixture.stack(
      emulator,
      onBothHosts(
        (host) => `
          const { videoIds } = ${host.name}.getStreamVideosOutput({ status: "ready" });
          exports["${host.named("ids")}"] = videoIds;
          new ${host.name}.StreamDownloads("${host.named("all")}", { videoIds });
        `,
      ),
      { env: { CLOUDFLARE_API_TOKEN: undefined } },
    );
    const { text } = await stack.mustRun("preview", "--diff");
    expect(text).to.match(/dynamic-ids *: \[unknown\]/);
    expect(text).to.match(/::plugin-all\](\n.*){1,6}videoIds *: \[\]/);
    expect(text.replace(/\s+/g, " "))
      .to.contain("compared with the state only; look-ups are unknown")
      .and.contain(
        "Look-ups find nothing in this preview. `pulumi up` would fail if it had to send a request: getStreamVideos:",
      );
    expect(emulator.requests).to.deep.equal([]);
    stack.program(
      `const { getStreamVideos } = require("pulumi-cloudflare-stream-downloads");
       exports.ids = getStreamVideos({ creator: "the-secret" }).then((found) => found.videoIds);`,
    );
    const failed = await stack.run("preview");
    expect(failed.code).to.not.equal(0);
    expect(failed.text.replace(/\s+/g, " "))
      .to.contain("error: getStreamVideos: listing the account's videos: no Cloudflare credentials were given.")
      .and.contain("In a preview without credentials getStreamVideosOutput is unknown instead of failing")
      .and.not.contain("the-secret");
    expect(failed.text).to.not.match(/PromiseRejectionHandledWarning|^\s+at /m);
    stack.env.CLOUDFLARE_API_TOKEN = TOKEN;
    emulator.addVideo({ videoId: video(1), creator: "the-secret" });
    expect((await stack.mustRun("preview", "--diff")).text).to.match(/ids *: \[\n *\[0\]: "0{31}1"/);
  });
});
