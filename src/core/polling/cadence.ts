/**
 * When to poll next. Pure: from what has been seen so far to the pause before the next poll.
 *
 * Polling often costs the account's request budget, polling seldom costs the user time. Each pause is a share of what
 * seems to remain, so polls come closer together towards the end, and never so close that they cost more than they tell:
 * being late by a few percent of the whole is not felt. Where polls are scarce, those before the expected end are left out.
 */

/** What was seen at one moment. */
export interface Sample {
  /** Milliseconds of the clock. */
  readonly at: number;
  /** 0 to 100. */
  readonly percent: number;
}

/** What polls have to get by on. */
export interface Allowance {
  /** Polls that the budget still has for this video. */
  readonly pollsLeft: number;
  /** How long others like it take, in milliseconds; undefined while that is not known. */
  readonly typicalMs: number | undefined;
}

const PLENTY: Allowance = { pollsLeft: Number.POSITIVE_INFINITY, typicalMs: undefined };

/** With so many polls left for a video there is no need to be sparing. */
export const PLENTY_OF_POLLS = 8;
/** With fewer left, each has to be the last if it can. */
const FEW_POLLS = 3;
/** No pause is shorter, in milliseconds. */
const SHORTEST_PAUSE_MS = 1000;
/** Nor longer: someone may have deleted the video meanwhile. */
const LONGEST_PAUSE_MS = 10 * 60_000;
/** A pause at the end, as a share of the time waited so far: what being late may cost. */
const FINAL_SHARE = 0.035;
/** A pause when the percentage tells nothing, as a share of the time waited so far… */
const BLIND_SHARE = 0.3;
/** …and at most this share of it and this much more: whatever is waited for is noticed within a tenth of its time and a minute. */
const LATEST_SHARE = 0.08;
const LATEST_MS = 30_000;
/** A pause with an estimate, as a share of what remains: the estimate may be off. */
const REMAINING_SHARE = 0.75;
/** With an estimate, no pause is longer than this multiple of the time waited so far: a young estimate is a weak one. */
const DOUBT_FACTOR = 1.5;
/** A poll that is meant to be the last comes later than the expected end by this share of the whole, so that it is not one too early. */
const AIM_SHARE = 0.01;

/**
 * Estimates the milliseconds that remain until 100 percent.
 *
 * @param samples what was seen, oldest first, starting with the moment the work began (as 0 percent) where that is known
 * @returns undefined while the percentage has not moved
 */
export function estimateRemaining(samples: readonly Sample[], now: number): number | undefined {
  const first = samples[0];
  const last = samples[samples.length - 1];
  if (first === undefined || last === undefined || last.percent <= first.percent) return undefined;
  // The latter half of the course counts: the start is often slower (a queue) or quicker (a short first step) than the rest.
  const middle = samples.find((sample) => sample.percent >= (first.percent + last.percent) / 2 && sample !== last);
  const from = middle !== undefined && middle.percent < last.percent ? middle : first;
  const pace = (last.percent - from.percent) / Math.max(1, last.at - from.at);
  return Math.max(0, (100 - last.percent) / pace - (now - last.at));
}

/**
 * The pause before the next poll, in milliseconds, without jitter.
 *
 * @param samples what was seen, oldest first; the first one is the moment from which the time waited is counted
 * @param now the moment at which the pause begins
 */
export function nextPause(samples: readonly Sample[], now: number, allowance: Allowance = PLENTY): number {
  const first = samples[0];
  if (first === undefined) return SHORTEST_PAUSE_MS;
  const waited = Math.max(0, now - first.at);
  const shortest = Math.max(SHORTEST_PAUSE_MS, waited * FINAL_SHARE);
  const wanted = wantedPause(samples, now, waited, allowance);
  return Math.min(LONGEST_PAUSE_MS, Math.max(shortest * stalledFactor(samples), wanted));
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

/** How long an estimate is trusted: the fewer polls are left, the longer. With hardly more than one there is nothing to doubt it with. */
function doubtMs(waited: number, pollsLeft: number): number {
  if (pollsLeft < FEW_POLLS) return Number.POSITIVE_INFINITY;
  return Math.max(SHORTEST_PAUSE_MS, waited * DOUBT_FACTOR) * (PLENTY_OF_POLLS / pollsLeft) ** 3;
}

/** Polls that saw no change since the one before make the next ones rarer, up to three times: the end is not near after all. */
function stalledFactor(samples: readonly Sample[]): number {
  const last = samples[samples.length - 1];
  const unchanged = samples.filter((sample) => sample.percent === last?.percent).length - 1;
  return Math.min(3, 1 + 0.5 * Math.max(0, unchanged - 1));
}
