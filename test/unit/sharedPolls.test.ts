import { expect } from "chai";
import type { VideoIdentity } from "../../src/identity/downloadIdentity";
import { systemClock } from "../../src/time/clock";
import { SharedPolls, type Wait } from "../../src/waiting/sharedPolls";
import { ACCOUNT, video } from "../support/ids";
import { installFakeTime, runUntilSettled, settle } from "../support/fakeTime";

describe("shared polls", () => {
  let time: ReturnType<typeof installFakeTime>;
  let looks: { readonly video: string; readonly at: number }[];
  let started: number;
  beforeEach(() => {
    time = installFakeTime();
    looks = [];
    started = Date.now();
  });
  afterEach(() => time.uninstall());

  const of = (n: number): VideoIdentity => ({ accountId: ACCOUNT, videoId: video(n) });
  /** Answers with the seconds that have passed; a look takes 100 ms. */
  const open = (more: Partial<ConstructorParameters<typeof SharedPolls<number>>[0]> = {}) =>
    new SharedPolls<number>({
      clock: systemClock,
      fetch: async ({ videoId }, { signal }) => {
        looks.push({ video: videoId, at: Date.now() });
        await systemClock.sleep(100, signal);
        return (Date.now() - started) / 1000;
      },
      isTransient: () => true,
      spacing: () => 0,
      random: () => 0.5,
      ...more,
    });
  const wait = (seconds: number, signal = new AbortController().signal): Wait<number> => ({
    signal,
    since: { at: systemClock.now(), percent: 0 },
    judge: (passed) => (passed >= seconds ? "done" : (100 * passed) / seconds),
  });

  it("make as many GETs for ten who wait on a video as for one", async () => {
    const alone = open();
    await runUntilSettled(time, alone.waitUntil(of(1), wait(60)));
    const forOne = looks.length;
    looks = [];
    started = Date.now();
    const shared = open();
    await runUntilSettled(time, Promise.all(Array.from({ length: 10 }, () => shared.waitUntil(of(1), wait(60)))));
    expect(looks.length).to.equal(forOne);
  });

  it("let a read that falls into a look share it, but not one that began before a write", async () => {
    const polls = open();
    const signal = new AbortController().signal;
    const both = Promise.all([polls.read(of(1), signal), polls.read(of(1), signal)]);
    expect(looks).to.have.length(1);
    polls.changed(of(1));
    const after = polls.read(of(1), signal);
    expect(looks).to.have.length(2);
    await runUntilSettled(time, Promise.all([both, after]));
  });

  it("do not tell who joined during a look what that look saw", async () => {
    const polls = open();
    const first = polls.waitUntil(of(1), wait(1.05));
    await settle();
    time.tick(1000);
    await settle();
    expect(looks).to.have.length(1);
    const seen: number[] = [];
    const second = polls.waitUntil(of(1), { ...wait(0), judge: (passed) => (seen.push(passed), "done") });
    await runUntilSettled(time, Promise.all([first, second]));
    expect(looks).to.have.length(2);
    expect(seen).to.have.length(1);
  });

  it("end a wait at once when it is aborted, and stop looking when nobody waits any more", async () => {
    const polls = open();
    const controller = new AbortController();
    const reason = new Error("enough");
    const ended = polls.waitUntil(of(1), wait(60, controller.signal)).catch((error: unknown) => error);
    await settle();
    controller.abort(reason);
    expect(await ended).to.equal(reason);
    await settle();
    time.tick(600_000);
    await settle();
    expect(looks).to.have.length(0);
    expect(polls.watched).to.equal(0);
  });

  it("go on after failed looks, and fail with the third in a row", async () => {
    let failures = 2;
    const troubles: unknown[] = [];
    const failing = open({
      fetch: async () => {
        if (failures-- > 0) throw new Error("trouble");
        return 100;
      },
    });
    const through = failing.waitUntil(of(1), { ...wait(1), onTrouble: (error) => troubles.push(error) });
    expect(await runUntilSettled(time, through)).to.equal(100);
    expect(troubles).to.have.length(2);
    failures = 3;
    const failed = failing.waitUntil(of(1), wait(1)).catch((error: Error) => error.message);
    expect(await runUntilSettled(time, failed)).to.equal("trouble");
  });

  it("stretch the pauses to what the budget bears", async () => {
    const polls = open({ spacing: () => 50_000 });
    await runUntilSettled(time, polls.waitUntil(of(1), wait(60)));
    const [a, b] = looks;
    expect((b?.at ?? 0) - (a?.at ?? 0)).to.be.at.least(50_000);
  });
});
