import { expect } from "chai";
import { formatDuration } from "../../../src/core/duration";

describe("a duration", () => {
  it("a duration is formatted with its two largest units", () => {
    expect([45_000, 190_000, 7_500_000, 3_600_000].map(formatDuration)).to.deep.equal(["45s", "3m10s", "2h5m", "1h"]);
  });
});
