import { expect } from "chai";
import { systemClock } from "../../../src/core/clock";
import { RateLimiter } from "../../../src/budget/rateLimiter";
import { Job } from "../../../src/budget/job";
import { QueuedRequest } from "../../../src/budget/requestQueue";
import { installFakeTime, runUntilSettled, settle } from "../../support/fakeTime";

const HOUR_MS = 3_600_000;

describe("the machine's clock", () => {
  let time: ReturnType<typeof installFakeTime>;
  beforeEach(() => {
    time = installFakeTime();
  });
  afterEach(() => time.uninstall());

  it("the clock sleeps for longer than a timer can be set, as a time limit of 1000 hours needs it", async () => {
    const started = Date.now();
    await runUntilSettled(time, systemClock.sleep(1000 * HOUR_MS));
    expect(Date.now() - started).to.equal(1000 * HOUR_MS);
  });

  it("the clock ends a sleep at once when it is aborted, with the signal's reason, and leaves no timer behind", async () => {
    const controller = new AbortController();
    const reason = new Error("enough");
    const sleep = systemClock.sleep(1000 * HOUR_MS, controller.signal).catch((error: unknown) => error);
    await settle();
    controller.abort(reason);
    expect(await sleep).to.equal(reason);
    expect(time.countTimers()).to.equal(0);
    expect(await systemClock.sleep(1, controller.signal).catch((error: unknown) => error)).to.equal(reason);
  });

  it("requests are sent on time when the system's date is set back by half an hour", async () => {
    const limiter = new RateLimiter({ clock: systemClock, plan: [{ quota: 100, windowMs: 60_000 }] });
    for (let i = 0; i < 98; i += 1) (await limiter.acquire(new QueuedRequest(new Job(), "write")))();
    const started = performance.now();
    time.setSystemTime(Date.now() - HOUR_MS / 2);
    (await runUntilSettled(time, limiter.acquire(new QueuedRequest(new Job(), "write"))))();
    expect(performance.now() - started).to.be.at.most(60_001);
  });
});
