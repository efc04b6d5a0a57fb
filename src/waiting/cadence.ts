/**
 * When to poll next. Pure: computes the pause before the next poll from the progress seen so far.
 *
 * Frequent polls spend the account's request budget, rare ones the user's time. Each pause is a share of the estimated
 * remaining time, so polls come closer together towards the end, but no closer than is useful: nobody notices a delay
 * of a few percent of the whole. Where polls are scarce, those before the expected end are skipped.
 */
import { POLLS } from "./limits";

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
  if (first === undefined) return POLLS.shortestMs;
  const waited = Math.max(0, now - first.at);
  const shortest = Math.max(POLLS.shortestMs, waited * POLLS.finalShare);
  const wanted = wantedPause(samples, now, waited, allowance);
  const longest = allowance.pollsLeft < POLLS.few ? POLLS.longestOfFewMs : POLLS.longestMs;
  return Math.min(longest, Math.max(shortest * stalledFactor(samples), wanted));
}

function wantedPause(samples: readonly Sample[], now: number, waited: number, allowance: Allowance): number {
  const { pollsLeft, typicalMs } = allowance;
  const own = estimateRemaining(samples, now);
  const blind = waited * POLLS.latestShare + POLLS.latestMs;
  if (pollsLeft >= POLLS.plenty)
    return own === undefined
      ? Math.min(waited * POLLS.blindShare, blind)
      : Math.min(own * POLLS.remainingShare, waited * POLLS.doubt);
  if (own === undefined && typicalMs !== undefined && typicalMs <= waited) return waited * POLLS.latestShare;
  const remaining = own ?? (typicalMs === undefined ? undefined : typicalMs - waited);
  const toEnd = remaining === undefined ? blind : remaining + (waited + remaining) * POLLS.aimShare;
  return Math.min(toEnd, doubtMs(waited, pollsLeft));
}

/**
 * How long an estimate is trusted: the fewer polls are left, the longer. With very few, none can be spared to check it.
 */
function doubtMs(waited: number, pollsLeft: number): number {
  if (pollsLeft < POLLS.few) return Number.POSITIVE_INFINITY;
  return Math.max(POLLS.shortestMs, waited * POLLS.doubt) * (POLLS.plenty / pollsLeft) ** 3;
}

/**
 * How much to lengthen the pause, up to threefold, while polls see no progress: the end is not as near as it seemed.
 */
function stalledFactor(samples: readonly Sample[]): number {
  const last = samples[samples.length - 1];
  const unchanged = samples.filter((sample) => sample.percent === last?.percent).length - 1;
  return Math.min(3, 1 + 0.5 * Math.max(0, unchanged - 1));
}
