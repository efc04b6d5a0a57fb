/** The constants of the request budget: times in milliseconds, and what happens where one is twice as large. */
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
   * A small job has at least so many polls, where as many are kept: with fewer it would trust what a library has shown
   * of how long files take. Twice: more of what is kept goes to polls.
   */
  pollsOfSmall: 3,
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
  /** How often it is seen what other processes have sent, and which polls are late. Twice: a second later. */
  lookEveryMs: 1000,
  /** How old a count of all jobs may be, for a single one. Twice: a small job is known a moment later. */
  countedEveryMs: 100,
  /**
   * The API gives its reset in whole seconds, rounded up: a request sent up to this long before a window's computed
   * start may belong to it. Twice: others seem to spend less as a window begins.
   */
  resetRoundingMs: 1500,
  /**
   * How many times what other clients spend is expected: whoever uses the whole quota is one request away from a block.
   * Twice: beside one that spends a third, a library takes twice as long.
   */
  margin: 1.2,
  /**
   * For so many milliseconds what is observed of others counts for less than what was assumed: in the first window…
   * Twice: a few more are sent before anyone is noticed.
   */
  settlingAtFirstMs: 1000,
  /** …and in a later one, of which the window before says more than its first seconds. Twice: a burst counts longer. */
  settlingMs: 15_000,
  /**
   * The longest pause between two requests that makes room for others: only a response corrects the estimate. Twice: a
   * window ends with requests left.
   */
  longestSpacingMs: 5000,
} as const;
