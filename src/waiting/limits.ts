/**
 * The constants of polling: shares of the time waited so far unless it is said of what, times in milliseconds, and what
 * happens where one is twice as large, if that was seen to change a figure by 3 %.
 */
export const POLLS = {
  /**
   * With at least so many polls left for a video, none has to be saved. Twice: a download beside a library is
   * noticed 10 s late.
   */
  plenty: 8,
  /** With fewer than this left, each poll is timed to be the last. Twice: such a download is noticed 120 s late. */
  few: 3,
  /** The shortest pause. */
  shortestMs: 1000,
  /** The longest pause: someone may have deleted the video meanwhile. */
  longestMs: 10 * 60_000,
  /** The same with few polls left, each of which counts. */
  longestOfFewMs: 30 * 60_000,
  /**
   * The shortest useful pause: noticing the end this much later is acceptable. Twice: that of 10 minutes is noticed
   * 25 s late.
   */
  finalShare: 0.035,
  /** The pause while the percentage does not move… */
  blindShare: 0.3,
  /** …but at most this share and so much more, so that the end is noticed within a tenth and a minute. */
  latestShare: 0.08,
  latestMs: 30_000,
  /**
   * The pause with an estimate, as a share of the remaining time: the estimate may be wrong. Twice: that of 10
   * minutes is noticed two minutes late.
   */
  remainingShare: 0.75,
  /** With an estimate, no pause is longer than this multiple of the time waited: an early estimate is a rough one. */
  doubt: 1.5,
  /** How long after the expected end, as a share of the whole time, a poll comes that is timed to be the last. */
  aimShare: 0.01,
  /**
   * Pauses are longer by up to this share at random, and up to so much, so that many programs do not poll in step.
   */
  jitter: 0.1,
  jitterMs: 1000,
  /**
   * How much later than its cadence plans a poll may be sent before it is late, and may use what is kept for few.
   * Twice: beside a library that has spent the budget, a download is noticed 15 s later.
   */
  graceMs: 15_000,
  /**
   * How often a pause is recomputed: other waits may have shown in the meantime how long this one takes. Twice: a
   * download beside a library is noticed 15 s later.
   */
  reconsiderMs: 10_000,
  /**
   * While it is not known how long files take, so many videos are polled as often as a single one would be. Twice:
   * three small libraries at once, which just fit into a window, take 129 s instead of 63.
   */
  scouts: 4,
  /** So many waits must have ended before it counts as known how long the others take. */
  enough: 3,
  /** So many of the latest durations are remembered. */
  durations: 64,
  /** When a wait ended is known if its last two polls are no further apart than this share of it… */
  preciseShare: 0.1,
  /** …and roughly up to this share: beyond, what waited for the budget would pass for what takes long. */
  roughShare: 0.3,
  /** After so many failed polls in a row, each with its own retries, a wait fails. */
  failed: 3,
  /** So many samples of its progress a wait keeps. */
  samples: 64,
} as const;
