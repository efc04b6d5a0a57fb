import { expect } from "chai";
import fc from "fast-check";
import { BEHAVIOR_FLAGS } from "../../emulator/src/behavior";
import { BEHAVIORS, type BehaviorName } from "../src/findings";
import { flagOf, flagValueOf } from "../src/report";
import type { Behavior, Emulator } from "cloudflare-stream-emulator";
import { DEFAULT_BEHAVIOR } from "../../emulator/src/options";
import { contractOn, emulatorFor, failuresOf } from "./support/contract";

const refusal = (status: number, code: number) => ({ status, code, message: `refused with ${code}` });

/** Every value of every setting; of those without an end, some. */
const VALUES: { readonly [Name in BehaviorName]: readonly Behavior[Name][] } = {
  videoNotReady: [DEFAULT_BEHAVIOR.videoNotReady, refusal(409, 10011), refusal(503, 10001)],
  videoIsLive: [DEFAULT_BEHAVIOR.videoIsLive, refusal(422, 10099)],
  videoUnusable: [DEFAULT_BEHAVIOR.videoUnusable, refusal(403, 10012)],
  repost: ["same", "restart", "refuse"],
  repostAfterError: ["same", "restart", "refuse"],
  listNone: ["empty", "404"],
  deleteNone: ["404", "200"],
  postResponse: ["one", "all"],
  untypedPostShape: ["flat", "keyed"],
  typedPostShape: ["flat", "keyed"],
  percentFormat: ["number", "string"],
  progressCurve: ["linear", "steps", "late", "stuck"],
  urlWhileInProgress: ["present", "absent"],
  invalidTokenCode: [1000, 9109],
  messages: ["present", "absent"],
  listingLagMs: [0, 500, 2000, 9500],
};

describe("the contract", () => {
  it("the contract has a probe for every setting, under the flag that the command takes", () => {
    expect(BEHAVIOR_FLAGS.map(({ name, flag }) => [name, `--${flag}`])).to.deep.equal(
      BEHAVIORS.map((name) => [name, flagOf(name)]),
    );
    for (const { name, parse } of BEHAVIOR_FLAGS) {
      for (const value of VALUES[name as BehaviorName]) {
        expect(parse(flagValueOf(name as BehaviorName, value as never)), name).to.deep.equal(value);
      }
    }
  });
});

describe("the contract, run against the emulator", () => {
  let emulator: Emulator;
  afterEach(() => emulator.close());

  for (const name of BEHAVIORS) {
    for (const value of VALUES[name]) {
      it(`the contract finds ${name} to be ${typeof value === "object" ? `${value.status}/${value.code}` : value}, and all else as documented`, async () => {
        // A download that fails at first is what this one is about; the others are told without.
        const fails = name === "repostAfterError";
        emulator = await emulatorFor(
          { [name]: value },
          { encodingFails: (_video, type, generation) => fails && type === "audio" && generation === 1 },
        );
        const report = await contractOn(emulator);
        expect(failuresOf(report)).to.deep.equal([]);
        const { repostAfterError, ...others } = { ...DEFAULT_BEHAVIOR, [name]: value };
        expect(Object.fromEntries(report.findings.settings)).to.deep.equal(
          fails ? { repostAfterError, ...others } : others,
        );
        expect(emulator.files()).to.deep.equal([]);
        expect(report.leftovers).to.deep.equal([]);
        expect(report.requests)
          .to.equal(emulator.requests.length + (fails && value !== "restart" ? 1 : 2))
          .and.to.be.lessThan(70);
      });
    }
  }

  it("the contract finds any combination of them, but for what cannot be seen from outside", async () => {
    const settings = fc.record(
      Object.fromEntries(BEHAVIORS.map((name) => [name, fc.constantFrom(...(VALUES[name] as unknown[]))])),
    ) as unknown as fc.Arbitrary<Behavior>;
    await fc.assert(
      fc.asyncProperty(settings, async (behavior) => {
        emulator = await emulatorFor(behavior, {
          encodingFails: (_video, type, generation) => type === "audio" && generation === 1,
        });
        try {
          const report = await contractOn(emulator);
          expect(failuresOf(report)).to.deep.equal([]);
          expect(emulator.files()).to.deep.equal([]);
          const { settings, reasons } = report.findings;
          const isFlat = behavior.untypedPostShape === "flat" && behavior.typedPostShape === "flat";
          for (const name of BEHAVIORS) {
            if (name === "postResponse" && isFlat) expect(reasons.get(name)).to.contain("no type beside it");
            else expect(settings.get(name), name).to.deep.equal(behavior[name]);
          }
        } finally {
          await emulator.close();
        }
      }),
      { numRuns: 40 },
    );
  });
});
