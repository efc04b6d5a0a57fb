/** The text of a progress row: `43% generated, about 2m left`, of which a narrow terminal shows the beginning. */
import type { Clock } from "../core/clock";
import { formatDuration } from "../core/duration";
import { estimateRemaining, type Sample } from "../waiting/cadence";
import type { Progress } from "./operation";

/** From this age on, in milliseconds, the row says how old the last poll is. */
const OLD_MS = 30_000;

/** Formats a percentage without decimals, and never as 100% before the file is ready. */
export function percentText(percent: number): string {
  return `${Math.min(99, Math.floor(percent))}%`;
}

/** The time that is left, for the end of a row; nothing where it is unknown, or over. */
export function leftText(leftMs: number | undefined): string {
  return leftMs === undefined || leftMs <= 0 ? "" : `about ${formatDuration(roundUp(leftMs))} left`;
}

/**
 * The progress of what is polled.
 *
 * @param what what is going on, for example `43% generated`
 * @param samples the progress seen, the last poll last
 */
export function polledProgress(what: string, samples: readonly Sample[], clock: Clock): Progress {
  const leftMs = () => estimateRemaining(samples, clock.now());
  const text = (isThrottled = false) => {
    const age = clock.now() - (samples[samples.length - 1]?.at ?? clock.now());
    const old = age < OLD_MS ? "" : ` (checked ${formatDuration(Math.floor(age / 10_000) * 10_000)} ago)`;
    return [what, isThrottled ? "" : leftText(leftMs())].filter((part) => part !== "").join(", ") + old;
  };
  return { text, leftMs };
}

/** Rounds an estimate up, to show no false precision: to 5 s, above 2 minutes to 30 s, above 10 minutes to 1 minute. */
function roundUp(ms: number): number {
  const step = ms > 600_000 ? 60_000 : ms > 120_000 ? 30_000 : 5000;
  return Math.ceil(ms / step) * step;
}
