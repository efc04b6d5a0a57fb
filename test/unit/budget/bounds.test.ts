import { expect } from "chai";
import { besideThird, BOUNDS, drawn, libraryAlone, processes } from "../../support/bounds";

/** Points of each bound; `npm run bench bounds` draws more of them, and larger libraries. */
const POINTS = 2;
const LARGEST = 1500;

describe("what operations that share the request budget get of it", () => {
  // Always the same points, as a test must not depend on luck; the bench draws others each time.
  const seed = Number(process.env.BOUNDS_SEED ?? 11_300_229);

  for (const [name, { what, bound, measure }] of Object.entries(BOUNDS)) {
    it(`at ${POINTS} points drawn at random, ${what} causes no 429 and is within its bound: ${bound}`, async () => {
      const random = drawn(seed);
      for (let n = 0; n < POINTS; n += 1) {
        const { drawn: point, share, limited, isReady } = await measure(random, LARGEST);
        const where = `${name}, BOUNDS_SEED=${seed}: ${JSON.stringify(point)}`;
        expect(limited, where).to.equal(0);
        expect(isReady, where).to.equal(true);
        expect(share, where).to.be.at.most(1);
      }
    });
  }

  it("a library that just fits beside a client that spends a third has a poll left for each of its files when they are ready", async () => {
    const { share, limited } = await besideThird({ videos: 209, types: 1, encodingS: 97 });
    expect(limited).to.equal(0);
    expect(share).to.be.at.most(1);
  });

  it("a library whose files take longer than ten minutes polls none of them long before its time", async () => {
    const { requests, limited } = await libraryAlone({ videos: 1460, types: 1, encodingS: 780 });
    expect(limited).to.equal(0);
    // A list and a POST for each, one poll when it is ready, and a few that find out when.
    expect(requests).to.be.within(3 * 1460, 3.1 * 1460);
  });

  it("libraries in three processes that fit into a window together do so with their polls, too", async () => {
    const libraries = [
      { videos: 26, types: 2, encodingS: 33 },
      { videos: 200, types: 2, encodingS: 52 },
      { videos: 45, types: 1, encodingS: 9 },
    ] as const;
    const { outcomes, limited } = await processes(libraries, {});
    expect(limited).to.equal(0);
    expect(Math.max(...outcomes.map(({ took }) => took))).to.be.at.most(100);
  });
});
