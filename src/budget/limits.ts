/** The constants of the request budget, and what happens where one is larger: see `npm run bench bounds library`. */
export const LIMITS = {
  /** Requests in flight at once. Twice: twice the sockets, and no request sooner. */
  inFlight: 24,
  /**
   * The share of a quota that is planned with: a look at Cloudflare's dashboard is of the same user. With 0.96 every
   * window is 2 % smaller.
   */
  planned: 0.98,
  /** The share of what the API announces that is left to others. Twice: every window is 1 % smaller. */
  untouched: 0.01,
  /**
   * The share of a window that is kept for small jobs until its end: what must be free at any moment cannot be sent in
   * any window. Three times: 10,000 downloads take 2 % longer.
   */
  kept: 0.0085,
  /**
   * The share that is kept besides as a window begins, and less and less of towards its end. Twice: a library that just
   * fits into a window is ready later.
   */
  keptAtFirst: 0.017,
  /** The fewest requests that are kept, where the budget is small. Twice: there every window is 3 % smaller. */
  keptAtLeast: 3,
  /**
   * A job that has sent fewer requests than this in a window, and has no more left to send, is small. Twice: fewer of
   * them use all that is kept.
   */
  little: 30,
  /** For so many small jobs that may still begin, a small job leaves polls. Twice: a file is noticed later. */
  smallExpected: 4,
  /**
   * Jobs that are not small may use what is kept if as much is free again within so many milliseconds. Twice: a
   * download may be requested a second late, just before a window ends.
   */
  keptWithinMs: 500,
  /**
   * The polls that a job leaves to each video for which a job waits that has less left to send. Twice: more than it
   * needs.
   */
  pollsOfWait: 12,
  /** The largest share of a window that it leaves so. Twice: a library may wait for many small ones. */
  smallerShare: 1 / 3,
  /** Waits of at least so many milliseconds are shown. Twice: shorter ones look as if nothing happened. */
  shownFromMs: 5000,
  /**
   * The share of a window that a job keeps for its own polls until it has requested all of its files: without a poll
   * nobody knows how long they take. Twice: 5 % fewer files are requested in a window.
   */
  pollShare: 0.05,
} as const;
