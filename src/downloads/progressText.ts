/** The text of a progress row: `download 43 %, about 2m left`. */
import { formatDuration } from "../core/duration";

/** Formats a percentage without decimals, and never as 100 % before the file is ready. */
export function percentText(percent: number): string {
  return `${Math.min(99, Math.floor(percent))} %`;
}

/** Says what is going on and, if there is an estimate, how long it will take. */
export function progressText(what: string, remainingMs: number | undefined): string {
  return remainingMs === undefined ? what : `${what}, about ${formatDuration(roundUp(remainingMs))} left`;
}

/** Rounds an estimate up, to show no false precision: to 5 s, above 2 minutes to 30 s, above 10 minutes to 1 minute. */
function roundUp(ms: number): number {
  const step = ms > 600_000 ? 60_000 : ms > 120_000 ? 30_000 : 5000;
  return Math.max(step, Math.ceil(ms / step) * step);
}
