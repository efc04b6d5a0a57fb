/** A clock on which a second passes in a millisecond: for tests with real HTTP, whose waits are then real but short. */
import { type Clock, systemClock } from "../../src/time/clock";

const SPEED = 1000;

export function fastClock(): Clock {
  const start = Date.now();
  const origin = performance.now();
  return {
    now: () => start + (performance.now() - origin) * SPEED,
    sleep: (ms, signal) => systemClock.sleep(ms / SPEED, signal),
  };
}
