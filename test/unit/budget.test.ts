import { expect } from "chai";
import { Budget, type Priority } from "../../src/http/budget";
import { systemClock } from "../../src/time/clock";
import { installFakeTime, runUntilSettled, settle } from "../support/fakeTime";

describe("the request budget", () => {
  let time: ReturnType<typeof installFakeTime>;
  beforeEach(() => {
    time = installFakeTime();
  });
  afterEach(() => time.uninstall());
  const open = (quota = 1200) => new Budget({ clock: systemClock, plan: [{ quota, windowMs: 300_000 }] });
  const spend = async (budget: Budget, priority: Priority, times = 1) => {
    for (let i = 0; i < times; i += 1) (await budget.acquire(priority))();
  };

  it("lets no more requests into any window than the quota", async () => {
    const budget = open();
    const sent: number[] = [];
    const all = Promise.all(
      Array.from({ length: 3000 }, async () => {
        const release = await budget.acquire("write");
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

  it("lets writes go before reads before polls", async () => {
    const budget = open(100);
    await spend(budget, "write", 98);
    const order: string[] = [];
    const waits = (["poll", "read", "write"] as const).map(async (priority) => {
      const release = await budget.acquire(priority);
      order.push(priority);
      release();
    });
    await runUntilSettled(time, Promise.all(waits));
    expect(order).to.deep.equal(["write", "read", "poll"]);
  });

  it("keeps the last tenth free of polls", async () => {
    const budget = open(100);
    await spend(budget, "poll", 90);
    let polled = false;
    const poll = spend(budget, "poll").then(() => {
      polled = true;
    });
    await spend(budget, "write", 5);
    await settle();
    expect(polled).to.equal(false);
    await runUntilSettled(time, poll);
    expect(Date.now() - Date.UTC(2026, 0, 1)).to.be.at.least(300_000);
  });

  it("waits for the reset when the API says that hardly anything remains", async () => {
    const budget = open();
    await spend(budget, "read");
    budget.observe({ remaining: 3, resetMs: 40_000 }, []);
    const started = Date.now();
    await runUntilSettled(time, spend(budget, "write"));
    expect(Date.now() - started).to.be.within(40_000, 41_000);
  });

  it("plans on a stricter policy as soon as the API announces one", async () => {
    const budget = open();
    budget.observe(undefined, [{ quota: 10, windowMs: 60_000 }]);
    const started = Date.now();
    await runUntilSettled(time, spend(budget, "write", 25));
    expect(Date.now() - started).to.be.at.least(120_000);
  });

  it("stops everything while it is locked, and tells how long", async () => {
    const budget = open();
    budget.lock(240_000);
    let told = 0;
    const started = Date.now();
    const wait = budget.acquire("write", undefined, (ms) => {
      told = ms;
    });
    await settle();
    expect(told).to.equal(240_000);
    (await runUntilSettled(time, wait))();
    expect(Date.now() - started).to.equal(240_000);
  });

  it("forgets a request that is aborted while it waits", async () => {
    const budget = open();
    budget.lock(1000);
    const controller = new AbortController();
    const reason = new Error("enough");
    const wait = budget.acquire("write", controller.signal).catch((error: unknown) => error);
    controller.abort(reason);
    expect(await wait).to.equal(reason);
    await runUntilSettled(time, spend(budget, "write"));
  });

  it("asks polls to be stretched only once the budget is half spent, in proportion to the videos", async () => {
    const budget = open();
    expect(budget.pollSpacing(1000)).to.equal(0);
    await spend(budget, "write", 700);
    expect(budget.pollSpacing(1080)).to.be.closeTo(300_000, 1);
    expect(budget.pollSpacing(108)).to.be.closeTo(30_000, 1);
  });

  it("sends one request ahead of the rest after a lock, so that a lock costs one 429", async () => {
    const budget = open();
    budget.lock(1000);
    const admitted: (() => void)[] = [];
    const waits = Array.from({ length: 5 }, async () => {
      admitted.push(await budget.acquire("read"));
    });
    time.tick(1000);
    await settle();
    expect(admitted).to.have.length(1);
    admitted[0]?.();
    await settle();
    expect(admitted).to.have.length(5);
    await Promise.all(waits);
  });

  it("leaves others their part: what they spent in the API's window they are expected to go on spending", async () => {
    const budget = open();
    await spend(budget, "read", 10);
    time.tick(100_000);
    // 610 of 1,200 are gone after a third of the window, 10 of them ours: 600 in 100 s, so the rest is theirs in another 100 s.
    budget.observe({ remaining: 590, resetMs: 200_000 }, [{ quota: 1200, windowMs: 300_000 }]);
    const started = Date.now();
    await runUntilSettled(time, spend(budget, "read", 3));
    expect(Date.now() - started).to.equal(10_000);
  });
});
