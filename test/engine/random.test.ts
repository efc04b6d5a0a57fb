import { expect } from "chai";
import { run } from "../random/driver";
import { sequenceOf } from "../random/generate";

/** In it a library that is declared late takes over the file of a single resource in a component, beside secret libraries and two providers. */
const SEED = 1503;
const STEPS = 2;

describe("a random program on the real engine", () => {
  before(function () {
    if (process.env.PULUMI_ENGINE === "missing") this.skip();
  });

  it(`a random program has exactly its files after each clean update, and makes none twice (${STEPS} steps, seed ${SEED})`, async () => {
    const { wrong, printed } = await run(sequenceOf(SEED, STEPS));
    expect(wrong, printed).to.deep.equal([]);
  });
});
