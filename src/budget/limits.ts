/**
 * The constants of the request budget. What happens where one is twice as large is what `npm run bench -- limits`
 * shows, or what its line says.
 */
export const LIMITS = {
  /** Requests in flight at once. More sockets do not make the API faster. Twice: twice the sockets, nothing else. */
  inFlight: 24,
  /**
   * The share of a quota that is planned with: requests may arrive closer together than they were sent. Where 4 % are
   * left free, every window is 2 % smaller.
   */
  planned: 0.98,
  /** The share of what the API announces that is left to others. Twice: every window is 1 % smaller. */
  untouched: 0.01,
  /** The share of a window that is kept for jobs that have sent little. Twice: a library ends some seconds later. */
  kept: 0.0085,
  /** The fewest requests that are kept, where the budget is small. */
  keptAtLeast: 3,
  /**
   * A job that has sent fewer requests than this in a window has sent little. Twice: five of them use up what is kept.
   */
  little: 30,
  /**
   * Within so many milliseconds what is kept must be free again. Twice: a download may be requested 6 s late, where the
   * end of a window is near.
   */
  keptWithinMs: 500,
  /**
   * The largest share of a window that a job keeps for its own polls: of three requests of a download, one is a poll.
   */
  largestPollShare: 1 / 3,
  /**
   * The smallest: without a poll nobody knows how long files take. Twice: 2 % fewer files are requested in a window.
   */
  smallestPollShare: 0.02,
  /** The polls that a job leaves to each video for which a job waits that has less left to send. */
  pollsOfWait: 12,
  /** Of these so many also where the job has sent all of them: it has used them for others. */
  lastPollsOfWait: 3,
  /** The largest share of a window that it leaves so. */
  smallerShare: 1 / 3,
  /** Waits of at least so many milliseconds are shown. Twice: shorter ones look as if nothing happened. */
  shownFromMs: 5000,
  /**
   * The share that is spent outside of the plan, as on polls while a read is in flight whose write is still to come.
   */
  spentBesides: 0.06,
} as const;
