import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { streamDownloadMocks, valueOf } from "pulumi-cloudflare-stream-downloads/testing";

describe("the program", () => {
  const mocks = streamDownloadMocks();
  let program;

  before(async () => {
    // Before the program is loaded: what it declares is registered with the mocks.
    await pulumi.runtime.setMocks(mocks);
    program = await import("../index.mjs");
  });

  it("links to the trailer under its name", async () => {
    expect(await valueOf(program.trailerLink)).to.match(/\/downloads\/default\.mp4\?filename=trailer$/);
  });

  it("offers every episode as sound, in their order", async () => {
    const podcast = await valueOf(program.podcast);
    expect(podcast).to.have.length(2);
    for (const url of podcast) expect(url).to.match(/\/downloads\/audio\.m4a$/);
  });

  it("declares three files and no more", () => {
    expect(mocks.declared.map(({ type }) => type)).to.have.members(["default", "audio", "audio"]);
  });
});
