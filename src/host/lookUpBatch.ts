/** The look-ups that one program has under way: each has a time limit, and what they wait for is told once for all of them. */
import { TimeLimitExceeded } from "../core/operation";
import type { Clock } from "../core/clock";
import { formatDuration } from "../core/duration";
import type { OpenSession } from "./sessions";

/** How long a look-up may take, in milliseconds: 10 minutes… */
export const LOOK_UP_LIMIT_MS = 600_000;
/** …and so much longer for each look-up that was made at the same time: the request budget allows four in a second. */
export const LOOK_UP_LIMIT_EACH_MS = 1000;

/** How often it is seen to what there is to tell, and whose time is over. */
const TICK_MS = 1000;
/** A shorter pause for the budget is not worth a line. */
const PAUSE_WORTH_A_LINE_MS = 5000;
/** After so long without a line there is one in any case. */
const QUIET_MS = 30_000;

interface PendingLookUp {
  readonly session: OpenSession;
  readonly startedAt: number;
  readonly abort: AbortController;
}

export class LookUpBatch {
  readonly #clock: Clock;
  readonly #tell: (message: string) => void;
  readonly #pending = new Set<PendingLookUp>();
  /** How many there have been since none was under way. */
  #total = 0;
  #ticking = new AbortController();
  #pauseToldUntil = 0;
  #quietUntil = 0;

  /** @param tell shows a line to whoever runs the program */
  constructor(clock: Clock, tell: (message: string) => void) {
    this.#clock = clock;
    this.#tell = tell;
  }

  /**
   * Runs one look-up.
   *
   * @throws whatever it throws, and TimeLimitExceeded when it takes too long
   */
  async run<T>(session: OpenSession, lookUp: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const pending = { session, startedAt: this.#clock.now(), abort: new AbortController() };
    if (this.#pending.size === 0) this.#begin();
    this.#pending.add(pending);
    this.#total += 1;
    try {
      return await lookUp(pending.abort.signal);
    } finally {
      this.#pending.delete(pending);
      // Nothing that is left behind keeps the program alive.
      if (this.#pending.size === 0) this.#ticking.abort();
    }
  }

  #begin(): void {
    this.#total = 0;
    this.#quietUntil = this.#clock.now() + QUIET_MS;
    this.#ticking = new AbortController();
    void this.#tick(this.#ticking.signal);
  }

  async #tick(ended: AbortSignal): Promise<void> {
    try {
      for (;;) {
        await this.#clock.sleep(TICK_MS, ended);
        this.#report();
        this.#endOverdue();
      }
    } catch {
      // The last look-up is over.
    }
  }

  #report(): void {
    const now = this.#clock.now();
    const sessions = new Set([...this.#pending].map(({ session }) => session));
    const pause = Math.max(0, ...[...sessions].map(({ limiter }) => limiter.pauseMs("read")));
    const isPause = pause >= PAUSE_WORTH_A_LINE_MS && now >= this.#pauseToldUntil;
    if (!isPause && now < this.#quietUntil) return;
    const done = `${this.#total - this.#pending.size} of ${this.#total} look-ups are done`;
    const waiting = `waiting ${formatDuration(pause)} for the account's request budget`;
    this.#tell(`getStreamDownloads: ${pause >= 1000 ? `${waiting}; ${done}` : done}`);
    if (isPause) this.#pauseToldUntil = now + pause;
    this.#quietUntil = Math.max(this.#pauseToldUntil, now) + QUIET_MS;
  }

  #endOverdue(): void {
    const limit = LOOK_UP_LIMIT_MS + LOOK_UP_LIMIT_EACH_MS * this.#total;
    for (const { startedAt, abort } of this.#pending) {
      if (this.#clock.now() - startedAt >= limit) abort.abort(new TimeLimitExceeded(limit));
    }
  }
}
