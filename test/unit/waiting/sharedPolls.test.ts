import { setMaxListeners } from "node:events";
import { expect } from "chai";
import { Job } from "../../../src/budget/job";
import type { VideoIdentity } from "../../../src/core/identity";
import { systemClock } from "../../../src/core/clock";
import { SharedPolls, type Wait } from "../../../src/waiting/sharedPolls";
import { ACCOUNT, video } from "../../support/ids";
import { installFakeTime, runUntilSettled, settle } from "../../support/fakeTime";

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
  /** Returns the seconds that have passed; a fetch takes 100 ms. */
  const open = (more: Partial<ConstructorParameters<typeof SharedPolls<number>>[0]> = {}) =>
    new SharedPolls<number>({
      clock: systemClock,
      fetch: async ({ videoId }, { signal, request }) => {
        request.number = looks.push({ video: videoId, at: Date.now() });
        await systemClock.sleep(100, signal);
        return (Date.now() - started) / 1000;
      },
      isTransient: () => true,
      pollsLeft: () => Number.POSITIVE_INFINITY,
      random: () => 0,
      ...more,
    });
  const wait = (seconds: number, signal = new AbortController().signal, job = new Job()): Wait<number> => ({
    job,
    signal,
    since: { at: systemClock.now(), percent: 0 },
    progressOf: (passed) => (passed >= seconds ? "done" : (100 * passed) / seconds),
  });

  it("shared polls make as many GETs for ten who wait on a video as for one", async () => {
    const alone = open();
    await runUntilSettled(time, alone.waitUntil(of(1), wait(60)));
    const forOne = looks.length;
    looks = [];
    started = Date.now();
    const shared = open();
    await runUntilSettled(time, Promise.all(Array.from({ length: 10 }, () => shared.waitUntil(of(1), wait(60)))));
    expect(looks.length).to.equal(forOne);
  });

  it("shared polls vary at random by a tenth, and none comes before its time, at which a file may just not be ready", async () => {
    for (const random of [0, 0.5, 1]) {
      looks = [];
      started = Date.now();
      const first = open({ random: () => random }).waitUntil(of(1), wait(0.9));
      await runUntilSettled(time, first);
      expect((looks[0]?.at ?? 0) - started).to.be.closeTo(1000 + 100 * random, 5);
    }
  });

  it("shared polls let a read during a poll share it, but not one that began before a write", async () => {
    const polls = open();
    const signal = new AbortController().signal;
    const reader = { job: new Job(), signal };
    const both = Promise.all([polls.read(of(1), reader), polls.read(of(1), reader)]);
    expect(looks).to.have.length(1);
    polls.invalidate(of(1));
    const after = polls.read(of(1), reader);
    expect(looks).to.have.length(2);
    await runUntilSettled(time, Promise.all([both, after]));
  });

  it("shared polls do not deliver a response to a wait that began during the request", async () => {
    const polls = open();
    const first = polls.waitUntil(of(1), wait(1.05));
    await settle();
    time.tick(1000);
    await settle();
    expect(looks).to.have.length(1);
    const seen: number[] = [];
    const second = polls.waitUntil(of(1), { ...wait(0), progressOf: (passed) => (seen.push(passed), "done") });
    await runUntilSettled(time, Promise.all([first, second]));
    expect(looks).to.have.length(2);
    expect(seen).to.have.length(1);
  });

  it("shared polls deliver a response also to a wait that began while the poll waited in the queue", async () => {
    let sent = 0;
    const polls = open({
      fetch: async (_video, { request, signal }) => {
        await systemClock.sleep(200_000, signal);
        request.number = sent += 1;
        await systemClock.sleep(100, signal);
        return (Date.now() - started) / 1000;
      },
    });
    const first = polls.waitUntil(of(1), wait(1));
    await settle();
    time.tick(60_000);
    await settle();
    await runUntilSettled(time, Promise.all([first, polls.waitUntil(of(1), wait(10))]));
    expect(sent).to.equal(1);
  });

  it("shared polls do not end a wait that begins as the last of the others is aborted, whose poll waits in the queue", async () => {
    const polls = open({
      fetch: async (_video, { request, signal }) => {
        await systemClock.sleep(5000, signal);
        request.number = 1;
        return (Date.now() - started) / 1000;
      },
      isTransient: () => false,
    });
    const controller = new AbortController();
    const first = polls.waitUntil(of(1), wait(60, controller.signal)).catch(() => "aborted");
    await settle();
    time.tick(2000);
    await settle();
    controller.abort(new Error("enough"));
    const second = polls.waitUntil(of(1), wait(10));
    expect(await first).to.equal("aborted");
    expect(await runUntilSettled(time, second)).to.be.at.least(10);
  });

  it("shared polls end a wait at once when it is aborted, and stop polling when nobody waits any more", async () => {
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
    expect(polls.polled).to.equal(0);
  });

  it("shared polls continue after failed requests, and fail with the third in a row", async () => {
    let failures = 2;
    const troubles: unknown[] = [];
    const failing = open({
      fetch: async () => {
        if (failures-- > 0) throw new Error("unreachable");
        return 100;
      },
    });
    const through = failing.waitUntil(of(1), { ...wait(1), onRetry: (error) => troubles.push(error) });
    expect(await runUntilSettled(time, through)).to.equal(100);
    expect(troubles).to.have.length(2);
    failures = 3;
    const failed = failing.waitUntil(of(1), wait(1)).catch((error: Error) => error.message);
    expect(await runUntilSettled(time, failed)).to.equal("unreachable");
  });

  it("shared polls let a read join a poll that waits in the queue, which is then sent as a read, too", async () => {
    const kinds: (readonly string[])[] = [];
    const polls = open({
      fetch: async (_video, { request, signal }) => {
        await systemClock.sleep(3500, signal);
        kinds.push([...request.purposes.values()].map(({ kind }) => kind));
        return 100;
      },
    });
    const waiting = polls.waitUntil(of(1), wait(1));
    await settle();
    time.tick(1000);
    await settle();
    const reading = polls.read(of(1), { job: new Job(), signal: new AbortController().signal });
    await runUntilSettled(time, Promise.all([waiting, reading]));
    expect(kinds).to.deep.equal([["poll", "read"]]);
  });

  it("shared polls count for each job the videos that it waits for", async () => {
    const polls = open();
    const [library, single] = [new Job(), new Job()];
    const { signal } = new AbortController();
    const all = [of(1), of(1), of(2)].map((video) => polls.waitUntil(video, wait(10, signal, library)));
    all.push(polls.waitUntil(of(1), wait(20, signal, single)));
    expect([library.waits, single.waits]).to.deep.equal([2, 1]);
    await runUntilSettled(time, Promise.all(all));
    expect([library.waits, single.waits]).to.deep.equal([0, 0]);
  });

  describe("shared polls of a library for which few polls are left", () => {
    /** Polls until all have ended, and how late each was noticed, in seconds. */
    const library = async (
      videos: number,
      secondsOf: (n: number) => number,
      polls: Partial<Parameters<typeof open>[0]> = {},
    ) => {
      const shared = open({ pollsLeft: () => 0, ...polls });
      const { signal } = new AbortController();
      setMaxListeners(0, signal);
      const job = new Job();
      const late: number[] = [];
      const waits = Array.from({ length: videos }, async (_, n) => {
        await shared.waitUntil(of(n + 1), wait(secondsOf(n), signal, job));
        late.push((Date.now() - started) / 1000 - secondsOf(n));
      });
      await runUntilSettled(time, Promise.all(waits));
      return late;
    };

    it("shared polls of a library find out by a few how long it takes, and poll each of the others once, at its end", async () => {
      const late = await library(200, () => 180);
      expect(Math.max(...late)).to.be.at.most(10);
      expect(looks.length).to.be.at.most(200 + 8 * 15 + 200 / 32);
    });

    it("shared polls of a library find it out also where other downloads have shown how long they take, so that its row says how far it is", async () => {
      const shared = open({ pollsLeft: () => 0 });
      const { signal } = new AbortController();
      setMaxListeners(0, signal);
      for (const n of [1, 2, 3]) {
        started = Date.now();
        await runUntilSettled(time, shared.waitUntil(of(n), wait(60)));
      }
      [looks, started] = [[], Date.now()];
      const job = new Job();
      job.toWrite = 40;
      const all = Array.from({ length: 40 }, (_, n) => shared.waitUntil(of(n + 10), wait(100, signal, job)));
      await time.tickAsync(4500);
      expect(new Set(looks.map(({ video: id }) => id)).size).to.equal(4);
      await runUntilSettled(time, Promise.all(all));
    });

    it("shared polls of a library find it out also where the percentage tells nothing", async () => {
      const blind = (passed: number) => (passed >= 180 ? "done" : 0);
      const shared = open({ pollsLeft: () => 0 });
      const { signal } = new AbortController();
      setMaxListeners(0, signal);
      const all = Array.from({ length: 200 }, (_, n) =>
        shared.waitUntil(of(n + 1), { ...wait(180, signal), progressOf: blind }),
      );
      await runUntilSettled(time, Promise.all(all));
      expect((Date.now() - started) / 1000).to.be.at.most(180 * 1.1 + 60);
    });

    it("shared polls of a library poll one that takes longer than the others again when it expects to be ready", async () => {
      const late = await library(100, (n) => (n % 2 === 0 ? 180 : 400));
      expect(Math.max(...late)).to.be.at.most(30);
      expect(looks.length).to.be.at.most(100 + 50 + 8 * 20 + 10);
    });
  });

  it("shared polls of a single download keep their cadence beside a library", async () => {
    const job = new Job();
    const polls = open({ pollsLeft: (of) => (of === job ? 16 / 500 : 16) });
    const library = new AbortController();
    setMaxListeners(0, library.signal);
    const ended = Promise.allSettled(
      Array.from({ length: 500 }, (_, n) => polls.waitUntil(of(n + 10), wait(10_000, library.signal, job))),
    );
    await settle();
    const single = new AbortController().signal;
    await runUntilSettled(time, polls.waitUntil(of(1), wait(60, single)));
    expect(Date.now() - started).to.be.at.most(66_000);
    library.abort();
    await ended;
  });
});
