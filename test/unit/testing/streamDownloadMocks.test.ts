import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import {
  getStreamDownloads,
  getStreamVideos,
  getStreamVideosOutput,
  StreamDownload,
  StreamDownloads,
} from "../../../src";
import { streamDownloadMocks, type StreamDownloadMocksOptions, valueOf } from "../../../src/testing";
import { ACCOUNT, OTHER_ACCOUNT, video } from "../../support/ids";

const known = <T>(output: pulumi.Output<T>): Promise<T> => new Promise((resolve) => output.apply(resolve));

/** Waits for a resource, and rejects as its registration does. */
const registered = (resource: pulumi.Resource): Promise<unknown> =>
  (resource.urn as unknown as { promise(): Promise<unknown> }).promise();

describe("the mocks for programs' unit tests", () => {
  const before = process.env.CLOUDFLARE_ACCOUNT_ID;
  const mock = async (options?: StreamDownloadMocksOptions) => {
    const mocks = streamDownloadMocks(options);
    await pulumi.runtime.setMocks(mocks);
    return mocks;
  };
  beforeEach(() => {
    process.env.CLOUDFLARE_ACCOUNT_ID = ACCOUNT;
  });
  after(() => {
    if (before === undefined) delete process.env.CLOUDFLARE_ACCOUNT_ID;
    else process.env.CLOUDFLARE_ACCOUNT_ID = before;
  });

  it("the mocks let a program see a ready download with Cloudflare's id and address", async () => {
    const mocks = await mock();
    const sound = new StreamDownload("sound", { videoId: video(1), type: "audio" });
    expect(await known(sound.url)).to.match(
      /^https:\/\/customer-\w{16}\.cloudflarestream\.com\/[0-9a-f]{32}\/downloads\/audio\.m4a$/,
    );
    expect(await known(sound.id)).to.equal(`${ACCOUNT}/${video(1)}/audio`);
    expect([
      await known(sound.status),
      await known(sound.percentComplete),
      await known(sound.waitForReady),
    ]).to.deep.equal(["ready", 100, true]);
    expect(mocks.declared).to.deep.equal([{ accountId: ACCOUNT, videoId: video(1), type: "audio" }]);
  });

  it("the mocks take secret arguments, as an update does", async () => {
    const mocks = await mock();
    const single = new StreamDownload("s", { videoId: pulumi.secret(video(1)), accountId: pulumi.secret(ACCOUNT) });
    expect(await valueOf(single.url)).to.contain(video(1));
    const whole = new StreamDownloads("l", { videoIds: pulumi.secret([video(2)]) });
    expect(await valueOf(whole.url(video(2)))).to.contain(video(2));
    const inList = new StreamDownloads("m", { downloads: [{ videoId: pulumi.secret(video(3)), type: "audio" }] });
    expect(await valueOf(inList.url(video(3), "audio"))).to.contain(video(3));
    expect(mocks.declared.map(({ videoId }) => videoId)).to.deep.equal([video(1), video(2), video(3)]);
  });

  it("the mocks let a program see all of a library", async () => {
    await mock({ status: ({ type }) => (type === "audio" ? "error" : "ready") });
    const { urls, statuses } = new StreamDownloads("all", {
      videoIds: [video(1), video(2)],
      types: ["default", "audio"],
    });
    expect(Object.keys(await known(urls))).to.deep.equal([video(1), video(2)]);
    expect((await known(statuses))[video(2)]).to.deep.equal({ default: "ready", audio: "error" });
    const listed = new StreamDownloads("listed", { downloads: [{ videoId: video(3) }] });
    expect((await known(listed.urls))[video(3)]?.default).to.match(/default\.mp4$/);
  });

  it("the mocks serve look-ups by id and by video", async () => {
    const mocks = await mock({ exists: ({ type }) => type === "default" });
    const looked = StreamDownload.get("there", `${OTHER_ACCOUNT}/${video(3)}/audio`);
    expect([await known(looked.videoId), await known(looked.accountId)]).to.deep.equal([video(3), OTHER_ACCOUNT]);
    const found = await getStreamDownloads({ videoId: video(4) });
    expect(found.accountId).to.equal(ACCOUNT);
    expect([found.default?.status, found.audio]).to.deep.equal(["ready", undefined]);
    expect(mocks.declared).to.deep.equal([]);
  });

  it("the mocks list the videos that a test names as Cloudflare would, the oldest first, for a library of all of them", async () => {
    const mocks = await mock({
      videos: [
        { videoId: video(2), creator: "me", name: "Talk" },
        { videoId: video(1), creator: "me" },
        { videoId: video(3), creator: "me", status: "inprogress" },
        { videoId: video(4), created: "2025-01-01T00:00:00.000001Z" },
      ],
    });
    const { accountId, videoIds, videos } = await getStreamVideos();
    expect([accountId, videoIds]).to.deep.equal([ACCOUNT, [4, 2, 1, 3].map(video)]);
    expect(videos[0]).to.deep.equal({
      videoId: video(4),
      name: "video 00000000",
      status: "ready",
      created: "2025-01-01T00:00:00.000001Z",
      requireSignedURLs: false,
    });
    const ids = async (args: Parameters<typeof getStreamVideos>[0]) => (await getStreamVideos(args)).videoIds;
    expect(await ids({ status: "ready", limit: 2 })).to.deep.equal([2, 1].map(video));
    expect(await ids({ search: "talk", accountId: OTHER_ACCOUNT })).to.deep.equal([video(2)]);
    expect(await ids({ before: "2026-01-01T00:00:00Z" })).to.deep.equal([video(4)]);
    const all = new StreamDownloads("all", {
      videoIds: getStreamVideosOutput({ creator: pulumi.output("me"), status: "ready" }).videoIds,
    });
    expect(Object.keys(await known(all.urls))).to.have.members([2, 1].map(video));
    expect(mocks.declared.map(({ videoId }) => videoId)).to.deep.equal([2, 1].map(video));
    const refused = await getStreamVideos({ limit: 0 }).catch((error: Error) => error.message);
    expect(refused).to.contain("getStreamVideos: limit must be a whole number from 1 on");
    await mock();
    expect(await ids({})).to.deep.equal([]);
  });

  it("the mocks work in a preview too, without credentials", async () => {
    const token = process.env.CLOUDFLARE_API_TOKEN;
    delete process.env.CLOUDFLARE_API_TOKEN;
    await pulumi.runtime.setMocks(streamDownloadMocks(), "project", "stack", true);
    try {
      const looked = StreamDownload.get("there", `${ACCOUNT}/${video(3)}/audio`);
      expect(await known(looked.status)).to.equal("ready");
    } finally {
      if (token !== undefined) process.env.CLOUDFLARE_API_TOKEN = token;
    }
  });

  it("the mocks show a program a file that is not ready, without a url", async () => {
    await mock({ status: () => "inprogress" });
    const sound = new StreamDownload("sound", { videoId: video(1), waitForReady: false });
    expect([await known(sound.status), await known(sound.url)]).to.deep.equal(["inprogress", undefined]);
  });

  it("the mocks reject what a preview would reject, unless `check` is off", async () => {
    await mock();
    const failure = (make: () => pulumi.Resource) =>
      registered(make()).then(
        () => "",
        (error: Error) => error.message,
      );
    expect(await failure(() => new StreamDownload("a", { videoId: "made-up-id" }))).to.contain(
      'the resource "a": videoId: must be',
    );
    await registered(new StreamDownload("b", { videoId: video(1) }));
    expect(await failure(() => new StreamDownload("c", { videoId: video(1) }))).to.contain(
      'declared by the resource "b" already',
    );
    await mock({ check: false });
    const unchecked = new StreamDownloads("d", { videoIds: ["made-up-id"] });
    expect((await known(unchecked.urls))["made-up-id"]?.default).to.contain("/made-up-id/downloads/default.mp4");
  });

  it("the mocks collect for a test what a preview would reject, while nothing fails, and forget it when they are reset", async () => {
    const mocks = await mock();
    const unhandled: unknown[] = [];
    const listen = (reason: unknown) => unhandled.push(reason);
    process.on("unhandledRejection", listen);
    const later = pulumi.output(new Promise<string>((resolve) => setImmediate(resolve, "no-id")));
    const refusals = await mocks.refusals(() => {
      new StreamDownload("a", { videoId: video(1) });
      new StreamDownload("b", { videoId: later });
      later.apply((id) => new StreamDownloads("c", { videoIds: [id] }));
    });
    await new Promise((resolve) => setTimeout(resolve));
    process.off("unhandledRejection", listen);
    expect(refusals.sort().join()).to.match(/^the resource "b": videoId: must be .*,the resource "c": videoIds/);
    expect(unhandled).to.deep.equal([]);
    expect(await mocks.refusals(() => new StreamDownload("d", { videoId: video(1) }))).to.have.length(1);
    mocks.reset();
    expect(mocks.declared).to.deep.equal([]);
    expect(await mocks.refusals(() => new StreamDownload("d", { videoId: video(1) }))).to.deep.equal([]);
    expect(mocks.declared).to.have.length(1);
    // What it throws of its own is the test's, and from then on the mocks refuse again.
    const own = await mocks.refusals(() => Promise.reject(new Error("own"))).catch((error: Error) => error.message);
    expect(own).to.equal("own");
    const refused = registered(new StreamDownload("e", { videoId: "no-id" })).catch((error: Error) => error.message);
    expect(await refused).to.contain('the resource "e"');
  });

  it("the mocks give a test the value of an output, or reject as it does and leave no rejection to anyone else", async () => {
    await mock();
    const { url } = new StreamDownload("a", { videoId: video(1) });
    expect(await valueOf(pulumi.interpolate`${url}?filename=a`)).to.match(/default\.mp4\?filename=a$/);
    const unhandled: unknown[] = [];
    const listen = (reason: unknown) => unhandled.push(reason);
    process.on("unhandledRejection", listen);
    const failure = valueOf(url.apply(() => Promise.reject(new Error("own"))));
    expect(await failure.catch((error: Error) => error.message)).to.equal("own");
    await new Promise((resolve) => setTimeout(resolve));
    process.off("unhandledRejection", listen);
    expect(unhandled).to.deep.equal([]);
  });

  it("the mocks leave every other resource and call to the mocks they are given, or return the inputs", async () => {
    const call = () => ({ answer: 42 });
    await mock({ otherwise: { call, newResource: ({ name }) => ({ id: `their-${name}`, state: {} }) } });
    class Other extends pulumi.CustomResource {}
    expect(await known(new Other("x:y:Z", "z", {}).id)).to.equal("their-z");
    expect(await pulumi.runtime.invoke("x:y:f", {})).to.include({ answer: 42 });
    await mock();
    expect(await known(new Other("x:y:Z", "z", {}).id)).to.equal("z-id");
    expect(await pulumi.runtime.invoke("x:y:f", { given: 1 })).to.include({ given: 1 });
  });
});
