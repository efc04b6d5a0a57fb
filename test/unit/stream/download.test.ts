import { expect } from "chai";
import { parseDownloads, parsePercent } from "../../../src/stream/download";

describe("a download in a response", () => {
  it("a percentage is clamped to 0..100", () => {
    expect(["43.5", 143, -1, Number.NaN, "", null, "x"].map(parsePercent)).to.deep.equal([43.5, 100, 0, 0, 0, 0, 0]);
  });

  it("downloads are parsed by type, or from a flat result, and an unknown shape is refused", () => {
    const url = "https://example.com/default.mp4";
    const ready = { status: "ready", percentComplete: 100, url };
    expect(parseDownloads({ default: { ...ready, percentComplete: "12" }, other: 1 })).to.deep.equal({
      default: ready,
    });
    expect(parseDownloads(ready, "audio")).to.deep.equal({ audio: ready });
    expect([parseDownloads(null), parseDownloads({})]).to.deep.equal([{}, {}]);
    expect(() => parseDownloads("none")).to.throw("no list of downloads");
    expect(() => parseDownloads({ audio: 1 })).to.throw('no download under "audio"');
  });
});
