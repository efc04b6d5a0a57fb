/** Which of the emulator's curves the progress of a download follows. */

/** One status check of a download: milliseconds since it was requested, and its percentage as a share of 1. */
export interface Sample {
  readonly ms: number;
  readonly share: number;
}

/** The share of a file that is generated after a share of the time that it takes. */
const CURVES: Readonly<Record<string, (time: number) => number>> = {
  linear: (time) => time,
  steps: (time) => Math.floor(time * 4) / 4,
  late: (time) => (time < 0.8 ? time / 8 : 0.1 + (time - 0.8) * 4.5),
  stuck: () => 0,
};

/** Fewer status checks do not distinguish the curves. */
const ENOUGH_SAMPLES = 4;

/** A curve whose root-mean-square error is larger than this does not fit. */
const CLOSE = 0.1;

/** The best curve must fit better than the next one by at least this much. */
const CLEARLY = 0.03;

/** How many durations are tried between the last check of an unfinished file and the first of the finished one. */
const DURATIONS = 100;

/**
 * @param lastMs when the file was last seen unfinished
 * @param readyMs when it was first seen finished
 * @returns the curve, or why none fits
 */
export function progressCurve(
  samples: readonly Sample[],
  lastMs: number,
  readyMs: number,
): { curve: string } | { reason: string } {
  if (samples.length < ENOUGH_SAMPLES) {
    return { reason: `the file was seen in progress ${samples.length} times only, and it takes ${ENOUGH_SAMPLES}` };
  }
  const fits = Object.entries(CURVES)
    .map(([curve, at]) => ({ curve, off: closest(samples, at, lastMs, readyMs) }))
    .sort((one, other) => one.off - other.off);
  const [best, next] = fits;
  if (best !== undefined && next !== undefined && best.off <= CLOSE && next.off - best.off >= CLEARLY) {
    return { curve: best.curve };
  }
  const course = samples.map(({ ms, share }) => `${Math.round(share * 100)} % after ${Math.round(ms / 1000)} s`);
  return { reason: `no curve of the emulator fits: ${course.join(", ")}, ready after ${Math.round(readyMs / 1000)} s` };
}

/** The error of a curve at the duration at which it fits best. */
function closest(samples: readonly Sample[], curve: (time: number) => number, lastMs: number, readyMs: number): number {
  let least = Number.POSITIVE_INFINITY;
  for (let i = 1; i <= DURATIONS; i += 1) {
    const duration = lastMs + ((readyMs - lastMs) * i) / DURATIONS;
    const squares = samples.map(({ ms, share }) => (curve(Math.min(1, ms / duration)) - share) ** 2);
    least = Math.min(least, Math.sqrt(squares.reduce((sum, square) => sum + square, 0) / squares.length));
  }
  return least;
}
