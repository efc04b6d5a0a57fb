import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { StreamDownloads } from "../../../src";
import { streamDownloadMocks } from "../../../src/testing";
import { video } from "../../support/ids";

/** What an output comes to: its value, or the message of its failure. */
const settled = (output: pulumi.Output<string>): Promise<string> =>
  (output as unknown as { promise(): Promise<string> }).promise().catch((error: Error) => error.message);

describe("url of a StreamDownloads", () => {
  let library: StreamDownloads;
  before(async () => {
    await pulumi.runtime.setMocks(
      streamDownloadMocks({ status: ({ videoId }) => (videoId === video(0xb) ? "inprogress" : "ready") }),
    );
    library = new StreamDownloads("library", { videoIds: [video(0xa), video(0xb)], types: ["default", "audio"] });
  });

  it("url of a StreamDownloads is the URL of one video's file, of the MP4 unless another type is named", async () => {
    expect(await settled(library.url(video(0xa)))).to.match(/a\/downloads\/default\.mp4$/);
    expect(await settled(library.url(pulumi.output(video(0xa).toUpperCase()), "audio"))).to.match(
      /a\/downloads\/audio\.m4a$/,
    );
  });

  it("url of a StreamDownloads fails with what is missing where a file is not ready or not of the library", async () => {
    const id = video(0xb);
    expect(await settled(library.url(id, "audio"))).to.equal(
      `library.url: no url for the "audio" download of video ${id}: its status is "inprogress"; only a "ready" download has a url.`,
    );
    expect(await settled(library.url(video(3)))).to.contain("the library has no such download");
  });
});
