import { setMaxListeners } from "node:events";
import { expect } from "chai";
import { Job, type Kind } from "../../../src/budget/job";
import { RateLimiter } from "../../../src/budget/rateLimiter";
import { QueuedRequest } from "../../../src/budget/requestQueue";
import type { News } from "../../../src/budget/sentLog";
import { systemClock } from "../../../src/core/clock";
import { installFakeTime, runUntilSettled, settle } from "../../support/fakeTime";

const NO_NEWS: News = { sent: 0, ended: [], senders: 0, needs: 0, blockedUntil: Number.NEGATIVE_INFINITY };

describe("the rate limiter", () => {
  let time: ReturnType<typeof installFakeTime>;
  /** The job that most requests belong to. */
  let one: Job;
  beforeEach(() => {
    time = installFakeTime();
    one = new Job();
  });
  afterEach(() => time.uninstall());
  const open = (quota = 1200) => new RateLimiter({ clock: systemClock, plan: [{ quota, windowMs: 300_000 }] });
  /** Sends requests, each of another job unless told otherwise: one that has sent little may use all of the budget. */
  const spend = async (limiter: RateLimiter, kind: Kind, times = 1, job?: Job) => {
    for (let i = 0; i < times; i += 1) (await limiter.acquire(new QueuedRequest(job ?? new Job(), kind)))();
  };

  /** Sends writes of one job that wait together. */
  const together = (limiter: RateLimiter, times: number) =>
    Promise.all(Array.from({ length: times }, async () => (await limiter.acquire(new QueuedRequest(one, "write")))()));

  /** A limiter to which the response to its first request has announced the budget. */
  const openAnnounced = async () => {
    const limiter = open();
    const policies = [{ quota: 1200, windowMs: 300_000 }];
    const request = () => new QueuedRequest(new Job(), "write");
    const first = request();
    (await limiter.acquire(first))();
    limiter.observe({ remaining: 1199, resetMs: 300_000 }, policies, first);
    return { limiter, policies, request };
  };

  it("the rate limiter lets no more requests into any window than the quota", async () => {
    const limiter = open();
    const sent: number[] = [];
    const all = Promise.all(
      Array.from({ length: 3000 }, async () => {
        const release = await limiter.acquire(new QueuedRequest(one, "write"));
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

  it("the rate limiter sends the polls of a job that are of its share first, then its writes, its reads, and other polls", async () => {
    // Of thirty requests one is the share of polls.
    const limiter = open(30);
    await together(limiter, 20);
    [one.toWrite, one.waits] = [500, 1];
    limiter.block(1000);
    const order: string[] = [];
    const waits = (["poll", "read", "other poll", "write"] as const).map(async (name) => {
      const kind = name === "other poll" ? "poll" : name;
      const release = await limiter.acquire(new QueuedRequest(one, kind));
      order.push(name);
      release();
    });
    await runUntilSettled(time, Promise.all(waits));
    expect(order).to.deep.equal(["poll", "write", "read", "other poll"]);
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
    const started = Date.now();
    const wait = limiter.acquire(new QueuedRequest(one, "write"));
    await settle();
    expect(limiter.waitOf(one)).to.deep.include({ reason: "blocked", waitMs: 240_000 });
    (await runUntilSettled(time, wait))();
    expect(Date.now() - started).to.equal(240_000);
  });

  it("the rate limiter forgets a request that is aborted while it waits", async () => {
    const limiter = open();
    limiter.block(1000);
    const controller = new AbortController();
    const reason = new Error("enough");
    const wait = limiter.acquire(new QueuedRequest(one, "write"), controller.signal).catch((error: unknown) => error);
    controller.abort(reason);
    expect(await wait).to.equal(reason);
    await runUntilSettled(time, spend(limiter, "write"));
  });

  it("the rate limiter sends one request ahead of the others after a block, so that a block costs one 429", async () => {
    const limiter = open();
    limiter.block(1000);
    const admitted: (() => void)[] = [];
    const waits = Array.from({ length: 5 }, async () => {
      admitted.push(await limiter.acquire(new QueuedRequest(one, "read")));
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
    const started = systemClock.now();
    const all = Promise.all(
      Array.from({ length: 500 }, async () => (await limiter.acquire(new QueuedRequest(one, "read")))()),
    );
    time.tick(6000);
    await settle();
    expect(limiter.waitOf(one)).to.deep.include({ reason: "paced", quota: 1200 });
    expect(limiter.waitOf(one)?.remaining, "as the API has said").to.equal(700);
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

  it("the rate limiter lets the job with the least left to send go first", async () => {
    const limiter = open(100);
    await spend(limiter, "write", 97);
    const [library, small, single] = [new Job(), new Job(), new Job()];
    [library.toWrite, small.toWrite, single.toWrite] = [50, 3, 1];
    const order: string[] = [];
    const send = async (name: string, job: Job) => {
      const release = await limiter.acquire(new QueuedRequest(job, "write"));
      job.toWrite -= 1;
      order.push(name);
      release();
    };
    const all = Promise.all([
      ...Array.from({ length: 50 }, () => send("library", library)),
      ...Array.from({ length: 3 }, () => send("small", small)),
      send("single", single),
    ]);
    await runUntilSettled(time, all);
    // What is free at first is kept for small jobs; the first of them found a free place.
    expect(order.slice(0, 5)).to.deep.equal(["small", "single", "small", "small", "library"]);
  });

  /** A library that has sent all that it may, and would send more. */
  const spent = async (limiter: RateLimiter) => {
    const library = new Job();
    library.toWrite = 3000;
    const end = new AbortController();
    setMaxListeners(0, end.signal);
    const writes = Array.from({ length: 3000 }, async () => {
      (await limiter.acquire(new QueuedRequest(library, "write"), end.signal))();
      library.toWrite -= 1;
    });
    const ended = Promise.allSettled(writes);
    await settle();
    return {
      sent: () => 3000 - library.toWrite,
      end: async () => {
        end.abort();
        await ended;
      },
    };
  };

  it("the rate limiter keeps thirty requests for small jobs as a window begins and ten at its end, and lets a library have the rest one by one", async () => {
    const limiter = open();
    const { sent, end } = await spent(limiter);
    expect(sent()).to.be.closeTo(1176 - 30, 1);
    for (const [minute, kept] of [26, 22, 18, 14].entries()) {
      await time.tickAsync(60_000);
      expect(1176 - sent(), `after ${minute + 1} minutes`).to.be.closeTo(kept, 1);
    }
    const started = systemClock.now();
    await runUntilSettled(time, spend(limiter, "write", 13, new Job()));
    expect(systemClock.now() - started).to.equal(0);
    await end();
  });

  it("the rate limiter lets a library have what is kept just before the next requests are free", async () => {
    const limiter = open();
    const { sent, end } = await spent(limiter);
    await time.tickAsync(299_000);
    expect(sent()).to.be.closeTo(1176 - 10, 1);
    await time.tickAsync(800);
    expect(sent()).to.equal(1176);
    await end();
  });

  it("the rate limiter lets a library that takes seconds to send a window's requests have all of them before the next window", async () => {
    const plan = [
      { quota: 1200, windowMs: 300_000 },
      { quota: 100, windowMs: 1000 },
    ] as const;
    const { sent, end } = await spent(new RateLimiter({ clock: systemClock, plan }));
    await time.tickAsync(299_900);
    expect(sent()).to.equal(1176);
    await end();
  });

  it("the rate limiter gives nothing of what is kept to a job that has not sent anything but has much to send, which it would not get far", async () => {
    const limiter = open();
    const { sent, end } = await spent(limiter);
    const second = new Job();
    second.toRead = 120;
    const reads = Promise.all(Array.from({ length: 120 }, () => spend(limiter, "read", 1, second)));
    await time.tickAsync(10_000);
    // One, that a library gets in these ten seconds.
    expect(120 - second.toRead + sent()).to.be.closeTo(1176 - 30, 1);
    await end();
    await runUntilSettled(time, reads);
  });

  it("the rate limiter keeps a poll of what is kept for each small job that waits", async () => {
    const limiter = open();
    const { end } = await spent(limiter);
    const waiting = Array.from({ length: 8 }, () => new Job());
    for (const job of waiting) {
      await spend(limiter, "write", 1, job);
      job.waits = 1;
      limiter.pollsLeft(job);
    }
    time.tick(200);
    // Of 30 eight are spent, and eight more are theirs.
    const others = new Job();
    const writes = Promise.all(Array.from({ length: 20 }, () => spend(limiter, "write", 1, others)));
    await time.tickAsync(100);
    expect(others.sent(systemClock.now()).write).to.be.closeTo(30 - 8 - 8, 1);
    const started = systemClock.now();
    for (const job of waiting)
      (await runUntilSettled(time, limiter.acquire(new QueuedRequest(job, "poll", started))))();
    expect(systemClock.now()).to.equal(started);
    for (const job of waiting) job.waits = 0;
    await end();
    await runUntilSettled(time, writes);
  });

  it("the rate limiter gives a poll of what is kept only once it is late", async () => {
    const limiter = open();
    const { end } = await spent(limiter);
    await time.tickAsync(60_500);
    const started = systemClock.now();
    const poll = limiter.acquire(new QueuedRequest(new Job(), "poll", systemClock.now() + 1000));
    (await runUntilSettled(time, poll))();
    expect(systemClock.now() - started).to.be.within(1000, 1010);
    await end();
  });

  it("the rate limiter leaves polls to a job that has less left to send, also where that has sent much", async () => {
    const limiter = open();
    const small = new Job();
    await spend(limiter, "write", 40, small);
    small.waits = 20;
    limiter.pollsLeft(small);
    time.tick(200);
    const { end } = await spent(limiter);
    time.tick(60_000);
    await settle();
    const started = systemClock.now();
    await runUntilSettled(time, spend(limiter, "poll", 100, small));
    expect(systemClock.now() - started).to.equal(0);
    small.waits = 0;
    await end();
  });

  it("the rate limiter divides what is left besides reads and writes among all videos that are waited for; a small job has a share of a third of the budget in any case, as if four more began", async () => {
    const limiter = open(1000);
    const [library, single] = [new Job(), new Job()];
    library.waits = 485;
    expect(limiter.pollsLeft(library)).to.be.closeTo(980 / 485, 0.1);
    time.tick(200);
    await spend(limiter, "write", 600, library);
    single.waits = 1;
    limiter.pollsLeft(single);
    time.tick(200);
    expect(limiter.pollsLeft(library)).to.be.closeTo(380 / 486, 0.1);
    expect(limiter.pollsLeft(single)).to.be.closeTo(980 / 3 / 5, 1);
    library.toRead = 1000;
    limiter.observe({ remaining: 120, resetMs: 290_000 }, []);
    time.tick(200);
    expect(limiter.pollsLeft(library)).to.equal(0);
    expect(limiter.pollsLeft(single)).to.be.closeTo(110 / 5, 1);
  });

  it("the rate limiter keeps a poll for each file that a library has still to request", async () => {
    const limiter = open(1000);
    const library = new Job();
    await spend(limiter, "write", 40, library);
    [library.waits, library.toWrite] = [10, 90];
    time.tick(200);
    expect(limiter.pollsLeft(library)).to.be.closeTo((980 - 40 - 90) / 100, 0.1);
  });

  it("the rate limiter sends a request that another job wants too when the first of them has its turn", async () => {
    const limiter = open(100);
    await spend(limiter, "write", 97);
    const [library, single] = [new Job(), new Job()];
    [library.toRead, single.toRead] = [10, 1];
    const order: string[] = [];
    const send = async (name: string, request: QueuedRequest) => {
      const release = await limiter.acquire(request);
      order.push(name);
      release();
    };
    const shared = new QueuedRequest(library, "read");
    const all = Promise.all([
      send("free", new QueuedRequest(library, "read")),
      ...["a", "b", "c"].map((name) => send(name, new QueuedRequest(library, "read"))),
      send("shared", shared),
    ]);
    await settle();
    shared.want(single, "read");
    await runUntilSettled(time, all);
    expect(order).to.deep.equal(["free", "shared", "a", "b", "c"]);
  });

  it("the rate limiter counts what other processes send with the same credential, and tells them what it sends", async () => {
    const told: (string | number)[] = [];
    let news: News = { ...NO_NEWS, sent: 97, ended: Array.from({ length: 90 }, () => systemClock.now()) };
    const limiter = new RateLimiter({
      clock: systemClock,
      plan: [{ quota: 100, windowMs: 300_000 }],
      peers: {
        send: () => told.push("sent"),
        end: (at) => told.push(at),
        block: () => undefined,
        news: () => {
          const before = news;
          news = NO_NEWS;
          return before;
        },
      },
    });
    const started = systemClock.now();
    await spend(limiter, "read");
    expect(told).to.deep.equal(["sent", started]);
    const second = spend(limiter, "read");
    await time.tickAsync(10_000);
    news = { ...NO_NEWS, ended: Array.from({ length: 7 }, () => systemClock.now()) };
    await runUntilSettled(time, second);
    expect(systemClock.now() - started).to.be.within(300_000, 301_000);
  });

  it("the rate limiter sends nothing while another process was told to wait, then one request alone, and tells the others of its own block", async () => {
    const told: number[] = [];
    let blockedUntil = Number.NEGATIVE_INFINITY;
    const peers = {
      send: () => undefined,
      end: () => undefined,
      block: (until: number) => void told.push(until),
      news: () => ({ ...NO_NEWS, blockedUntil }),
    };
    const limiter = new RateLimiter({ clock: systemClock, plan: [{ quota: 1200, windowMs: 300_000 }], peers });
    await spend(limiter, "read", 3);
    blockedUntil = systemClock.now() + 100_000;
    const job = new Job();
    const releases: (() => void)[] = [];
    const all = Array.from({ length: 3 }, async () =>
      releases.push(await limiter.acquire(new QueuedRequest(job, "read"))),
    );
    await time.tickAsync(99_000);
    expect(limiter.waitOf(job)).to.include({ reason: "blocked", waitMs: 1000 });
    expect(releases).to.have.length(0);
    await time.tickAsync(2000);
    expect(releases).to.have.length(1);
    releases[0]?.();
    await runUntilSettled(time, Promise.all(all));
    limiter.block(5000);
    expect(told).to.deep.equal([systemClock.now() + 5000]);
  });

  it("the rate limiter leaves other processes what they need, and their part of what is left besides", async () => {
    const open = (news: Partial<News>) => {
      const peers = {
        send: (needs: number) => void told.push(needs),
        end: () => undefined,
        block: () => undefined,
        news: () => ({ ...NO_NEWS, ...news }),
      };
      return new RateLimiter({ clock: systemClock, plan: [{ quota: 1200, windowMs: 300_000 }], peers });
    };
    const told: number[] = [];
    const job = new Job();
    [job.toRead, job.toWrite, job.waits] = [10, 20, 10];
    const polls = async (limiter: RateLimiter) => {
      // More than little, of which another rule speaks.
      await spend(limiter, "read", 40, job);
      return limiter.pollsLeft(job) * (job.waits + job.toWrite);
    };
    const alone = await polls(open({}));
    expect(told[0], "reads, writes, and a poll for each file that is or will be generated").to.equal(10 + 20 + 20 + 10);
    expect(alone).to.be.within(1000, 1176);
    expect(await polls(open({ senders: 2, needs: 600 }))).to.be.closeTo((alone - 600) / 3, 5);
  });

  /** A limiter beside another process, which tells now and then that it has sent so many requests, and that they have ended. */
  const openBesidePeer = () => {
    let sent = 0;
    const policies = [{ quota: 1200, windowMs: 300_000 }] as const;
    const peers = {
      send: () => undefined,
      end: () => undefined,
      block: () => undefined,
      news: () => {
        const news = { ...NO_NEWS, sent, ended: Array.from({ length: sent }, () => systemClock.now()) };
        sent = 0;
        return news;
      },
    };
    const tell = (requests: number) => void (sent = requests);
    return { limiter: new RateLimiter({ clock: systemClock, plan: policies, peers }), policies, tell };
  };

  it("the rate limiter takes what other processes have sent for no client's that it does not know", async () => {
    const { limiter, policies, tell } = openBesidePeer();
    tell(600);
    limiter.observe({ remaining: 600, resetMs: 300_000 }, policies);
    await time.tickAsync(1000);
    // Both are told and announced at once, and nothing was admitted in between.
    tell(100);
    limiter.observe({ remaining: 500, resetMs: 299_000 }, policies);
    const started = systemClock.now();
    await runUntilSettled(time, spend(limiter, "write", 450));
    expect(systemClock.now(), "nothing is paced").to.equal(started);
  });

  it("the rate limiter takes no process for another client whose requests it hears of after it has sent one itself", async () => {
    const { limiter, policies, tell } = openBesidePeer();
    limiter.observe({ remaining: 1200, resetMs: 300_000 }, policies);
    for (let second = 1; second <= 20; second += 1) {
      const own = new QueuedRequest(new Job(), "read");
      const release = await limiter.acquire(own);
      // While it is on its way, the other process sends ten, which arrive before it.
      tell(10);
      await time.tickAsync(1000);
      limiter.observe({ remaining: 1200 - 11 * second, resetMs: 300_000 - 1000 * second }, policies, own);
      release();
    }
    const started = systemClock.now();
    await runUntilSettled(time, together(limiter, 800));
    expect(systemClock.now(), "nothing is paced").to.equal(started);
  });

  it("the rate limiter counts a request until a window after its end, as nobody knows when it arrived", async () => {
    const limiter = open(100);
    await spend(limiter, "read");
    const started = systemClock.now();
    const releases = await Promise.all(
      Array.from({ length: 20 }, () => limiter.acquire(new QueuedRequest(new Job(), "read"))),
    );
    await spend(limiter, "read", 77);
    await time.tickAsync(20_000);
    for (const release of releases) release();
    const more = spend(limiter, "read", 98);
    await runUntilSettled(time, more);
    expect(systemClock.now() - started).to.equal(320_000);
  });

  it("the rate limiter reckons what others have spent by the order in which requests were sent, however many are in flight", async () => {
    const { limiter, policies, request } = await openAnnounced();
    const inFlight: { readonly each: QueuedRequest; readonly release: () => void }[] = [];
    for (let sent = 1; sent <= 110; sent += 1) {
      const each = request();
      inFlight.push({ each, release: await limiter.acquire(each) });
      await time.tickAsync(100);
      if (sent <= 10) continue;
      // Ten later ones are on their way. Another client spends one for each ten that arrive.
      const arrived = sent - 10;
      const oldest = inFlight.shift();
      limiter.observe(
        { remaining: 1199 - arrived - Math.floor(arrived / 10), resetMs: 300_000 - 100 * sent },
        policies,
        oldest?.each,
      );
      oldest?.release();
    }
    const started = systemClock.now();
    await runUntilSettled(time, together(limiter, 900));
    expect(systemClock.now() - started, "900 would fit beside nobody").to.be.greaterThan(0);
  });

  it("the rate limiter takes nobody for another client whose requests only arrive in another order than they were sent", async () => {
    const { limiter, policies, request } = await openAnnounced();
    const requests = Array.from({ length: 24 }, request);
    const releases = await Promise.all(requests.map((each) => limiter.acquire(each)));
    await time.tickAsync(1000);
    // The last arrives first.
    for (const [n, each] of requests.reverse().entries()) {
      limiter.observe({ remaining: 1199 - (n + 1), resetMs: 299_000 }, policies, each);
      releases[n]?.();
    }
    const started = systemClock.now();
    await runUntilSettled(time, together(limiter, 1100));
    expect(systemClock.now()).to.equal(started);
  });

  it("the rate limiter paces soon enough to look what others spend until the window ends", async () => {
    const limiter = open();
    const policies = [{ quota: 1200, windowMs: 300_000 }];
    limiter.observe({ remaining: 1200, resetMs: 300_000 }, policies);
    await time.tickAsync(10_000);
    // Another spends one a second: 290 more, a fifth more to be safe, and one request every five seconds to look.
    limiter.observe({ remaining: 1190, resetMs: 290_000 }, policies);
    const started = systemClock.now();
    await runUntilSettled(time, together(limiter, 1176 - 348 - 58 - 30));
    expect(systemClock.now() - started).to.equal(0);
    limiter.observe({ remaining: 1190 - 740, resetMs: 290_000 }, policies);
    await time.tickAsync(200);
    one.toWrite = 70;
    await runUntilSettled(time, together(limiter, 70));
    expect(systemClock.now() - started).to.be.at.least(1000);
  });

  it("the rate limiter expects of another client what that spent in the window before, when a new one has only begun", async () => {
    const limiter = open();
    const policies = [{ quota: 1200, windowMs: 300_000 }];
    limiter.observe({ remaining: 1200, resetMs: 300_000 }, policies);
    await time.tickAsync(298_000);
    limiter.observe({ remaining: 1200 - 298, resetMs: 2000 }, policies);
    await time.tickAsync(3000);
    limiter.observe({ remaining: 1200, resetMs: 299_000 }, policies);
    const started = systemClock.now();
    // With 300 of the other, a fifth more to be safe, and one request every five seconds to look: 756.
    await runUntilSettled(time, together(limiter, 850));
    expect(systemClock.now() - started).to.be.at.least(1000);
  });

  it("the rate limiter says why a job waits once that takes 5 seconds, and of one in the queue that it is queued, not that the budget is spent", async () => {
    const limiter = open(100);
    (await limiter.acquire(new QueuedRequest(one, "read")))();
    // 24 that take their time: as many as may be in flight.
    const releases = await Promise.all(
      Array.from({ length: 24 }, () => limiter.acquire(new QueuedRequest(one, "read"))),
    );
    const waiting = limiter.acquire(new QueuedRequest(one, "read"));
    time.tick(4000);
    await settle();
    expect(limiter.waitOf(one)).to.equal(undefined);
    time.tick(1000);
    expect(limiter.waitOf(one)).to.deep.include({ reason: "queued", waitMs: 0 });
    for (const release of releases) release();
    (await waiting)();
    expect(limiter.waitOf(one)).to.equal(undefined);
  });

  it("the rate limiter says what was sent of the tightest budget, also when the API has renewed its own", async () => {
    const limiter = open();
    const policies = [{ quota: 100, windowMs: 300_000 }];
    const first = new QueuedRequest(one, "write");
    (await limiter.acquire(first))();
    limiter.observe({ remaining: 99, resetMs: 100_000 }, policies, first);
    one.toWrite = 500;
    const writes = Promise.allSettled(Array.from({ length: 200 }, () => spend(limiter, "write", 1, one)));
    await time.tickAsync(101_000);
    // A new window of the API, of which only the last of these counts.
    limiter.observe({ remaining: 99, resetMs: 299_000 }, policies);
    await time.tickAsync(6000);
    const wait = limiter.waitOf(one);
    expect(wait?.remaining).to.be.at.most(12);
    expect(wait).to.include({ reason: "spent", quota: 100 });
    expect(wait?.waitMs).to.be.within(180_000, 200_000);
    expect(wait?.resetMs, "not renewed before it goes on").to.be.at.least(wait?.waitMs ?? 0);
    await runUntilSettled(time, writes);
  });

  it("the rate limiter believes no window to end later than it is long", async () => {
    const { limiter, policies, request } = await openAnnounced();
    limiter.observe({ remaining: 0, resetMs: 900_000 }, policies);
    const started = systemClock.now();
    (await runUntilSettled(time, limiter.acquire(request())))();
    expect(systemClock.now() - started).to.be.within(299_000, 301_000);
  });

  it("the rate limiter says that a job waits because a response asked for that", async () => {
    const limiter = open(100);
    const pause = limiter.pause(new QueuedRequest(one, "read"), 8000);
    expect(limiter.waitOf(one)).to.deep.include({ reason: "asked", waitMs: 8000 });
    await runUntilSettled(time, pause);
    expect(limiter.waitOf(one)).to.equal(undefined);
  });
});
