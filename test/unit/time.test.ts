import { expect } from "chai";
import { RateLimiter } from "../../src/core/cloudflare/rateLimit/rateLimiter";
import { Urgency } from "../../src/core/cloudflare/rateLimit/urgency";
import { systemClock } from "../../src/core/clock";
import { parseDuration } from "../../src/core/duration";
import { installFakeTime, runUntilSettled } from "../support/fakeTime";

const HOUR_MS = 3_600_000;

describe("the clock", () => {
  let time: ReturnType<typeof installFakeTime>;
  beforeEach(() => {
    time = installFakeTime();
  });
  afterEach(() => time.uninstall());

  it("goes on for requests when the system's date is set back by half an hour", async () => {
    const limiter = new RateLimiter({ clock: systemClock, plan: [{ quota: 100, windowMs: 60_000 }] });
    for (let i = 0; i < 98; i += 1) (await limiter.acquire(new Urgency("write", time)))();
    const started = performance.now();
    time.setSystemTime(Date.now() - HOUR_MS / 2);
    (await runUntilSettled(time, limiter.acquire(new Urgency("write", time))))();
    expect(performance.now() - started).to.be.at.most(60_001);
  });
});

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
    it(`is read from ${text} as Go reads it`, () => {
      expect(parseDuration(text)).to.be.closeTo(ms, 1e-9);
    });
  }

  for (const text of ["", "ten", "1", "1d", "h", ".s", "1h 30m", "1e3s", "--1s"]) {
    it(`is not read from "${text}", as Go refuses it`, () => {
      expect(parseDuration(text)).to.equal(undefined);
    });
  }
});
