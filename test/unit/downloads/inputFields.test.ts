import { expect } from "chai";
import type { Failure } from "../../../src/downloads/inputFailures";
import { checkHexId } from "../../../src/downloads/inputFields";
import { ACCOUNT, video } from "../../support/ids";

describe("a hexadecimal id", () => {
  const check = (value: unknown) => {
    const failures: Failure[] = [];
    const accepted = checkHexId(value, "videoId", "a video's id", failures);
    return { accepted, reason: failures[0]?.reason };
  };

  it("a hexadecimal id is accepted with white space around it and in upper case, as it is pasted", () => {
    expect(check(` ${video(10).toUpperCase()}\n`)).to.deep.equal({ accepted: video(10), reason: undefined });
  });

  it("a hexadecimal id that is too short or too long is refused with the length that was found", () => {
    expect(check(video(1).slice(1)).reason).to.equal(
      `must be a video's id, 32 hexadecimal characters; got "${video(1).slice(1)}" (31 characters)`,
    );
    expect(check("trailer").reason).to.contain('got "trailer" (7 characters)');
  });

  it("a hexadecimal id that is missing or not a string is refused as such", () => {
    expect(check(undefined).reason).to.contain("nothing was given");
    expect(check(42).reason).to.contain("got 42");
  });

  it("a hexadecimal id in a pasted address is offered, the video's before the account's", () => {
    const id = video(10);
    for (const address of [
      `https://customer-f33zs165nr7gyfy4.cloudflarestream.com/${id}/watch`,
      `https://iframe.videodelivery.net/${id}?muted=true`,
    ]) {
      expect(check(address).reason).to.match(new RegExp(`: give "${id}" instead$`));
    }
    const dashboard = `https://dash.cloudflare.com/${ACCOUNT}/stream/videos/${id}`;
    expect(check(dashboard).reason).to.match(new RegExp(`: give "${id}" or "${ACCOUNT}" instead$`));
  });

  it("a hexadecimal id is not offered out of a longer run of hexadecimal characters", () => {
    expect(check("a".repeat(40)).reason)
      .to.contain("(40 characters)")
      .and.not.contain("instead");
  });
});
