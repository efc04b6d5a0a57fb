import { expect } from "chai";
import { formatDuration, parseDuration } from "../../../src/core/duration";

describe("a duration", () => {
  for (const [text, ms] of [
    ["1h30m", 5_400_000],
    ["1.5h", 5_400_000],
    [".5s", 500],
    ["1.s", 1000],
    ["+2m", 120_000],
    ["-1s", -1000],
    ["250us", 0.25],
    ["250µs", 0.25],
    ["250μs", 0.25],
    ["2000000ns", 2],
    ["0", 0],
    ["0s", 0],
    ["720h", 2_592_000_000],
  ] as const) {
    it(`a duration is parsed from ${text} as Go does`, () => {
      expect(parseDuration(text)).to.be.closeTo(ms, 1e-9);
    });
  }

  for (const text of ["", "ten", "1", "1d", "h", ".s", "1h 30m", "1e3s", "--1s"]) {
    it(`a duration is not parsed from "${text}", as in Go`, () => {
      expect(parseDuration(text)).to.equal(undefined);
    });
  }

  it("a duration is parsed as customTimeouts write it, and formatted with two units", () => {
    expect([parseDuration("90s"), parseDuration("1h30m"), parseDuration("1.5m"), parseDuration("ten")]).to.deep.equal([
      90_000,
      5_400_000,
      90_000,
      undefined,
    ]);
    expect([45_000, 190_000, 7_500_000, 3_600_000].map(formatDuration)).to.deep.equal(["45s", "3m10s", "2h5m", "1h"]);
  });
});
