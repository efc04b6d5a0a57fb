/** Time that passes as fast as the work in it gets done. */
import FakeTimers from "@sinonjs/fake-timers";
import { retryLibrary } from "../../src/stream/lazyImports";

const turn = setImmediate;

/** Runs a piece of work in virtual time, which starts at 0. Real work in between (`busy`) is waited for before time moves on. */
export async function inVirtualTime<T>(busy: () => number, work: () => Promise<T>): Promise<T> {
  // Loaded by the first request; loading is work that no counter sees.
  await retryLibrary();
  const clock = FakeTimers.install({ now: 0, toFake: ["setTimeout", "clearTimeout", "Date", "performance"] });
  try {
    let settled = false;
    const result = work().finally(() => {
      settled = true;
    });
    result.catch(() => undefined);
    for (;;) {
      for (let quiet = 0; quiet < 8; quiet = busy() > 0 ? 0 : quiet + 1) await new Promise((resolve) => turn(resolve));
      if (settled) return await result;
      if (clock.countTimers() === 0) throw new Error("virtual time has come to a stop: nothing is left to happen");
      clock.next();
    }
  } finally {
    clock.uninstall();
  }
}
