/** Time that a test moves. The real event loop still turns between the steps, so that promises settle. */
import FakeTimers, { type Clock } from "@sinonjs/fake-timers";

const turn = setImmediate;

/** Replaces timers, Date and performance.now until `uninstall`; immediates and ticks stay real. */
export function installFakeTime(): Clock & { uninstall(): void } {
  return FakeTimers.install({
    now: Date.UTC(2026, 0, 1),
    toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval", "Date", "performance"],
  });
}

/** Lets everything happen that needs no time. */
export async function settle(turns = 6): Promise<void> {
  for (let i = 0; i < turns; i += 1) await new Promise((resolve) => turn(resolve));
}

/** Moves time from timer to timer until the promise is settled, or no timer is left. */
export async function runUntilSettled<T>(clock: Clock, promise: Promise<T>): Promise<T> {
  let settled = false;
  const mark = () => {
    settled = true;
  };
  promise.then(mark, mark);
  await settle();
  while (!settled && clock.countTimers() > 0) {
    clock.next();
    await settle();
  }
  if (!settled) throw new Error("nothing is left to happen, and the promise is not settled");
  return promise;
}
