import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { streamDownloadMocks, valueOf } from "pulumi-cloudflare-stream-downloads/testing";

describe("a VideoAsset", () => {
  const entries: Record<string, unknown>[] = [];
  const mocks = streamDownloadMocks({
    otherwise: {
      newResource: ({ name, inputs }) => {
        if (name.endsWith("-entry")) entries.push(inputs);
        return { id: name, state: inputs };
      },
    },
  });

  before(() => pulumi.runtime.setMocks(mocks));

  it("has the addresses of both files, and puts them into the feed", async () => {
    const { VideoAsset } = await import("../videoAsset");
    const asset = new VideoAsset("a", { videoId: "ea95132c15732412d22c1476fa83f27a", title: "A" });
    const [mp4Url, audioUrl] = await Promise.all([valueOf(asset.mp4Url), valueOf(asset.audioUrl)]);
    expect(mp4Url).to.match(/\/downloads\/default\.mp4$/);
    expect(audioUrl).to.match(/\/downloads\/audio\.m4a$/);
    expect(mocks.declared.map(({ type }) => type)).to.have.members(["default", "audio"]);
    while (entries.length === 0) await new Promise(setImmediate);
    expect(entries[0]).to.deep.include({ title: "A", video: mp4Url, sound: audioUrl });
  });
});
