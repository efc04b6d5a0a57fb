/**
 * When to poll next. Pure: computes the pause before the next poll from the progress seen so far.
 *
 * Frequent polls spend the account's request budget, rare ones the user's time. Each pause is a share of the estimated
 * remaining time, so polls come closer together towards the end, but no closer than is useful: nobody notices a delay
 * of a few percent of the whole. Where polls are scarce, those before the expected end are skipped.
 */

/** The progress at one moment. */
export interface Sample {
  /** When, in milliseconds of the clock. */
  readonly at: number;
  /** 0 to 100. */
  readonly percent: number;
}

/** What limits the polls of one video. */
interface Allowance {
  /** Polls that the budget has left for this video. */
  readonly pollsLeft: number;
  /** How long such a wait typically takes, in milliseconds; undefined while that is not known. */
  readonly typicalMs: number | undefined;
}

const PLENTY: Allowance = { pollsLeft: Number.POSITIVE_INFINITY, typicalMs: undefined };

/** With at least this many polls left for a video, none has to be saved. */
export const PLENTY_OF_POLLS = 8;
/** With fewer than this left, each poll is timed to be the last. */
const FEW_POLLS = 3;
/** The shortest pause, in milliseconds. */
const SHORTEST_PAUSE_MS = 1000;
/** The longest pause: someone may have deleted the video meanwhile. With few polls left each counts: it is longer. */
const LONGEST_PAUSE_MS = { plenty: 10 * 60_000, few: 30 * 60_000 };
/** The shortest useful pause, as a share of the time waited so far: noticing the end this much later is acceptable. */
const FINAL_SHARE = 0.035;
/** The pause while the percentage does not move, as a share of the time waited so far… */
const BLIND_SHARE = 0.3;
/**
 * …but at most this share of it plus this many milliseconds, so that the end is noticed within a tenth of the time
 * waited plus a minute.
 */
const LATEST_SHARE = 0.08;
const LATEST_MS = 30_000;
/** The pause with an estimate, as a share of the remaining time: the estimate may be wrong. */
const REMAINING_SHARE = 0.75;
/**
 * With an estimate, no pause is longer than this multiple of the time waited so far: an early estimate is a rough one.
 */
const DOUBT_FACTOR = 1.5;
/**
 * A poll that is timed to be the last comes this share of the whole time after the expected end, so that it is not sent
 * just too early.
 */
const AIM_SHARE = 0.01;

/**
 * Estimates the milliseconds that remain until 100 percent.
 *
 * @param samples the progress seen, oldest first, starting with the moment at which the work began (as 0 percent) where
 *   that is known
 * @returns undefined while the percentage has not moved
 */
export function estimateRemaining(samples: readonly Sample[], now: number): number | undefined {
  const first = samples[0];
  const last = samples[samples.length - 1];
  if (first === undefined || last === undefined || last.percent <= first.percent) return undefined;
  // Only the latter half of the progress counts: the start is often slower (a queue) or quicker (a short first step)
  // than the rest.
  const middle = samples.find((sample) => sample.percent >= (first.percent + last.percent) / 2 && sample !== last);
  const from = middle !== undefined && middle.percent < last.percent ? middle : first;
  const pace = (last.percent - from.percent) / Math.max(1, last.at - from.at);
  return Math.max(0, (100 - last.percent) / pace - (now - last.at));
}

/**
 * The pause before the next poll, in milliseconds, without jitter.
 *
 * @param samples the progress seen, oldest first; the first one is the moment from which the time waited is counted
 * @param now the moment at which the pause begins
 */
export function nextPause(samples: readonly Sample[], now: number, allowance: Allowance = PLENTY): number {
  const first = samples[0];
  if (first === undefined) return SHORTEST_PAUSE_MS;
  const waited = Math.max(0, now - first.at);
  const shortest = Math.max(SHORTEST_PAUSE_MS, waited * FINAL_SHARE);
  const wanted = wantedPause(samples, now, waited, allowance);
  const longest = allowance.pollsLeft < FEW_POLLS ? LONGEST_PAUSE_MS.few : LONGEST_PAUSE_MS.plenty;
  return Math.min(longest, Math.max(shortest * stalledFactor(samples), wanted));
}

function wantedPause(samples: readonly Sample[], now: number, waited: number, allowance: Allowance): number {
  const { pollsLeft, typicalMs } = allowance;
  const own = estimateRemaining(samples, now);
  const blind = waited * LATEST_SHARE + LATEST_MS;
  if (pollsLeft >= PLENTY_OF_POLLS)
    return own === undefined
      ? Math.min(waited * BLIND_SHARE, blind)
      : Math.min(own * REMAINING_SHARE, waited * DOUBT_FACTOR);
  if (own === undefined && typicalMs !== undefined && typicalMs <= waited) return waited * LATEST_SHARE;
  const remaining = own ?? (typicalMs === undefined ? undefined : typicalMs - waited);
  const toEnd = remaining === undefined ? blind : remaining + (waited + remaining) * AIM_SHARE;
  return Math.min(toEnd, doubtMs(waited, pollsLeft));
}

/**
 * How long an estimate is trusted: the fewer polls are left, the longer. With very few, none can be spared to check it.
 */
function doubtMs(waited: number, pollsLeft: number): number {
  if (pollsLeft < FEW_POLLS) return Number.POSITIVE_INFINITY;
  return Math.max(SHORTEST_PAUSE_MS, waited * DOUBT_FACTOR) * (PLENTY_OF_POLLS / pollsLeft) ** 3;
}

/**
 * How much to lengthen the pause, up to threefold, while polls see no progress: the end is not as near as it seemed.
 */
function stalledFactor(samples: readonly Sample[]): number {
  const last = samples[samples.length - 1];
  const unchanged = samples.filter((sample) => sample.percent === last?.percent).length - 1;
  return Math.min(3, 1 + 0.5 * Math.max(0, unchanged - 1));
}
