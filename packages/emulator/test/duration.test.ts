import { expect } from "chai";
import { parseDuration } from "../src/duration";

describe("a time that the emulator's command is given", () => {
  it("a time has one or more numbers, each with its unit", () => {
    expect(["0", "0s", "5s", "250ms", "1.5m", "1m30s", "2h"].map(parseDuration)).to.deep.equal([
      0, 0, 5000, 250, 90_000, 90_000, 7_200_000,
    ]);
  });

  it("a time without a unit, with an unknown one, or below zero is none", () => {
    for (const text of ["", "5", "s", "5d", "-5s", "1m 30s", "1e3s", "soon"]) {
      expect(parseDuration(text), text).to.equal(undefined);
    }
  });
});
