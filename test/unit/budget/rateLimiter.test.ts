import { setMaxListeners } from "node:events";
import { expect } from "chai";
import { RateLimiter } from "../../../src/budget/rateLimiter";
import type { Throttled } from "../../../src/budget/throttled";
import { type Priority, Urgency } from "../../../src/budget/urgency";
import { systemClock } from "../../../src/core/clock";
import { installFakeTime, runUntilSettled, settle } from "../../support/fakeTime";

/** The operation that most requests belong to. */
const ONE = {};

describe("the rate limiter", () => {
  let time: ReturnType<typeof installFakeTime>;
  beforeEach(() => {
    time = installFakeTime();
  });
  afterEach(() => time.uninstall());
  const open = (quota = 1200) => new RateLimiter({ clock: systemClock, plan: [{ quota, windowMs: 300_000 }] });
  const spend = async (limiter: RateLimiter, priority: Priority, times = 1) => {
    for (let i = 0; i < times; i += 1) (await limiter.acquire(new Urgency(priority, ONE)))();
  };

  it("the rate limiter lets no more requests into any window than the quota", async () => {
    const limiter = open();
    const sent: number[] = [];
    const all = Promise.all(
      Array.from({ length: 3000 }, async () => {
        const release = await limiter.acquire(new Urgency("write", ONE));
        sent.push(Date.now());
        release();
      }),
    );
    await runUntilSettled(time, all);
    for (const [i, at] of sent.entries()) {
      const ahead = sent[i + 1200];
      if (ahead !== undefined) expect(ahead - at).to.be.at.least(300_000);
    }
  });

  it("the rate limiter lets writes go before reads before polls", async () => {
    const limiter = open(100);
    await spend(limiter, "write", 98);
    const order: string[] = [];
    const waits = (["poll", "read", "write"] as const).map(async (priority) => {
      const release = await limiter.acquire(new Urgency(priority, ONE));
      order.push(priority);
      release();
    });
    await runUntilSettled(time, Promise.all(waits));
    expect(order).to.deep.equal(["write", "read", "poll"]);
  });

  it("the rate limiter keeps a little free of polls, for writes and reads that come later", async () => {
    const limiter = open(200);
    await spend(limiter, "poll", 194);
    let polled = false;
    const poll = spend(limiter, "poll").then(() => {
      polled = true;
    });
    await spend(limiter, "write", 2);
    await settle();
    expect(polled).to.equal(false);
    await runUntilSettled(time, poll);
    expect(Date.now() - Date.UTC(2026, 0, 1)).to.be.at.least(300_000);
  });

  it("the rate limiter waits for the reset when the API says that hardly anything remains", async () => {
    const limiter = open();
    await spend(limiter, "read");
    limiter.observe({ remaining: 3, resetMs: 40_000 }, []);
    const started = Date.now();
    await runUntilSettled(time, spend(limiter, "write"));
    expect(Date.now() - started).to.be.within(40_000, 41_000);
  });

  it("the rate limiter plans on a stricter policy as soon as the API announces one", async () => {
    const limiter = open();
    limiter.observe(undefined, [{ quota: 10, windowMs: 60_000 }]);
    const started = Date.now();
    await runUntilSettled(time, spend(limiter, "write", 25));
    expect(Date.now() - started).to.be.at.least(120_000);
  });

  it("the rate limiter stops everything while it is blocked, and says how long", async () => {
    const limiter = open();
    limiter.block(240_000);
    const told: Throttled[] = [];
    const started = Date.now();
    const wait = limiter.acquire(new Urgency("write", ONE), { onThrottle: (throttled) => told.push(throttled) });
    await settle();
    expect(told.map(({ reason, waitMs }) => [reason, waitMs])).to.deep.equal([["blocked", 240_000]]);
    (await runUntilSettled(time, wait))();
    expect(Date.now() - started).to.equal(240_000);
  });

  it("the rate limiter forgets a request that is aborted while it waits", async () => {
    const limiter = open();
    limiter.block(1000);
    const controller = new AbortController();
    const reason = new Error("enough");
    const wait = limiter
      .acquire(new Urgency("write", ONE), { signal: controller.signal })
      .catch((error: unknown) => error);
    controller.abort(reason);
    expect(await wait).to.equal(reason);
    await runUntilSettled(time, spend(limiter, "write"));
  });

  it("the rate limiter knows how many polls are left, besides what waits already and what the API says", async () => {
    const limiter = open(1000);
    expect(limiter.pollsLeft).to.equal(970);
    await spend(limiter, "write", 600);
    expect(limiter.pollsLeft).to.equal(370);
    limiter.observe({ remaining: 120, resetMs: 290_000 }, []);
    expect(limiter.pollsLeft).to.equal(100);
  });

  it("the rate limiter sends one request ahead of the others after a block, so that a block costs one 429", async () => {
    const limiter = open();
    limiter.block(1000);
    const admitted: (() => void)[] = [];
    const waits = Array.from({ length: 5 }, async () => {
      admitted.push(await limiter.acquire(new Urgency("read", ONE)));
    });
    time.tick(1000);
    await settle();
    expect(admitted).to.have.length(1);
    admitted[0]?.();
    await settle();
    expect(admitted).to.have.length(5);
    await Promise.all(waits);
  });

  it("the rate limiter does not extrapolate what was spent before its first response: a burst of a process that has ended stops nothing", async () => {
    const limiter = open();
    limiter.observe({ remaining: 1030, resetMs: 290_000 }, [{ quota: 1200, windowMs: 300_000 }]);
    const started = systemClock.now();
    await runUntilSettled(time, spend(limiter, "read", 20));
    expect(systemClock.now() - started).to.equal(0);
  });

  it("the rate limiter paces where others go on spending and what waits may not fit beside them, and says so with numbers", async () => {
    const limiter = open();
    const policy = [{ quota: 1200, windowMs: 300_000 }];
    limiter.observe({ remaining: 800, resetMs: 200_000 }, policy);
    time.tick(50_000);
    // 100 of others in 50 s: some 300 more in the 150 s that are left.
    limiter.observe({ remaining: 700, resetMs: 150_000 }, policy);
    await spend(limiter, "read");
    const told: Throttled[] = [];
    const started = systemClock.now();
    const all = Promise.all(
      Array.from({ length: 500 }, async () => {
        const options = { onThrottle: (throttled: Throttled) => told.push(throttled) };
        (await limiter.acquire(new Urgency("read", ONE), options))();
      }),
    );
    time.tick(6000);
    await settle();
    expect(told[0]).to.deep.include({ reason: "paced", remaining: 700, quota: 1200 });
    time.tick(40_000);
    await settle();
    expect(systemClock.now() - started).to.be.greaterThan(40_000);
    await runUntilSettled(time, all);
  });

  it("the rate limiter believes a policy that announces more for as long a time, unless a budget was configured", async () => {
    const more = { quota: 9000, windowMs: 300_000 };
    const burst = { quota: 9000, windowMs: 60_000 };
    const plan = [{ quota: 1200, windowMs: 300_000 }] as const;
    const secondsFor3000 = async (policy: typeof more, believesMore = true) => {
      const limiter = new RateLimiter({ clock: systemClock, plan, believesMore });
      limiter.observe(undefined, [policy]);
      const started = systemClock.now();
      await runUntilSettled(time, spend(limiter, "write", 3000));
      return (systemClock.now() - started) / 1000;
    };
    expect(await secondsFor3000(more)).to.equal(0);
    expect(await secondsFor3000(burst)).to.be.at.least(600);
    expect(await secondsFor3000(more, false)).to.be.at.least(600);
  });

  it("the rate limiter lets a request go at once on a clock that moves on between two readings, as the machine's does", async () => {
    let now = 0;
    const clock = { now: () => (now += 0.001), date: () => now, sleep: systemClock.sleep };
    const limiter = new RateLimiter({ clock, plan: [{ quota: 1200, windowMs: 300_000 }] });
    await spend(limiter, "read");
    limiter.observe({ remaining: 1199, resetMs: 290_000 }, [{ quota: 1200, windowMs: 300_000 }]);
    let isSent = false;
    void spend(limiter, "write").then(() => {
      isSent = true;
    });
    await settle();
    expect(isSent).to.equal(true);
  });

  it("the rate limiter lets few requests go at once beside others, when they fit", async () => {
    const limiter = open();
    const policy = [{ quota: 1200, windowMs: 300_000 }];
    limiter.observe({ remaining: 800, resetMs: 200_000 }, policy);
    time.tick(50_000);
    limiter.observe({ remaining: 700, resetMs: 150_000 }, policy);
    const started = systemClock.now();
    await runUntilSettled(time, spend(limiter, "read", 20));
    expect(systemClock.now() - started).to.equal(0);
  });

  it("the rate limiter lets operations take turns, so that one request does not wait behind a thousand", async () => {
    const limiter = open(100);
    await spend(limiter, "write", 98);
    const order: string[] = [];
    const send = async (name: string, owner: object) => {
      const release = await limiter.acquire(new Urgency("write", owner));
      order.push(name);
      release();
    };
    const many = Array.from({ length: 50 }, () => send("library", ONE));
    const all = Promise.all([...many, send("single", { other: true })]);
    await runUntilSettled(time, all);
    expect(order.indexOf("single")).to.be.at.most(1);
  });

  it("the rate limiter keeps requests for polls that are due, while another operation spends all that it can", async () => {
    const single = { single: true };
    const limiter = new RateLimiter({
      clock: systemClock,
      plan: [{ quota: 1200, windowMs: 300_000 }],
      waits: { byOwner: new Map([[single, 1]]), libraries: 0, videos: 1, typicalMs: undefined },
    });
    const end = new AbortController();
    setMaxListeners(0, end.signal);
    const writes = Array.from({ length: 3000 }, async () => {
      (await limiter.acquire(new Urgency("write", ONE), { signal: end.signal }))();
    });
    const ended = Promise.allSettled(writes);
    await settle();
    time.tick(60_000);
    await settle();
    const started = systemClock.now();
    const poll = limiter.acquire(new Urgency("poll", single, systemClock.now() + 5000));
    (await runUntilSettled(time, poll))();
    expect(systemClock.now() - started).to.be.within(5000, 5010);
    end.abort();
    await ended;
  });

  it("the rate limiter moves a request up that becomes more urgent while it waits", async () => {
    const limiter = open(100);
    await spend(limiter, "write", 98);
    const order: string[] = [];
    const send = async (name: string, urgency: Urgency) => {
      const release = await limiter.acquire(urgency);
      order.push(name);
      release();
    };
    const raised = new Urgency("poll", ONE);
    const all = Promise.all([
      ...["a", "b", "c"].map((name) => send(name, new Urgency("poll", ONE))),
      send("raised", raised),
      ...["d", "e"].map((name) => send(name, new Urgency("read", ONE))),
    ]);
    await settle();
    raised.raise("write", { other: true });
    await runUntilSettled(time, all);
    expect(order).to.deep.equal(["raised", "d", "e", "a", "b", "c"]);
  });

  it("the rate limiter tells a request that it waits in the queue for more than 5 seconds, and again after half a minute", async () => {
    const limiter = open(100);
    const told: Throttled[] = [];
    // 24 that take their time: as many as may be in flight.
    (await limiter.acquire(new Urgency("read", ONE)))();
    const releases = await Promise.all(Array.from({ length: 24 }, () => limiter.acquire(new Urgency("read", ONE))));
    const waiting = limiter.acquire(new Urgency("read", ONE), { onThrottle: (throttled) => told.push(throttled) });
    time.tick(4000);
    await settle();
    expect(told).to.have.length(0);
    for (let second = 0; second < 40; second += 1) {
      time.tick(1000);
      await settle();
    }
    expect(told.map(({ reason }) => reason)).to.deep.equal(["queued", "queued"]);
    for (const release of releases) release();
    (await waiting)();
  });

  it("the rate limiter says of a request that waits for its place in a second that it is queued, not that the budget is spent", async () => {
    const limiter = new RateLimiter({
      clock: systemClock,
      plan: [
        { quota: 1000, windowMs: 300_000 },
        { quota: 2, windowMs: 10_000 },
      ],
    });
    const told: Throttled[] = [];
    const sent = Array.from({ length: 4 }, async () => {
      const onThrottle = (throttled: Throttled) => told.push(throttled);
      (await limiter.acquire(new Urgency("write", ONE), { onThrottle }))();
    });
    await runUntilSettled(time, Promise.all(sent));
    expect(new Set(told.map(({ reason }) => reason))).to.deep.equal(new Set(["queued"]));
  });
});
