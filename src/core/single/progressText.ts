/** The words of a progress row: `download 43 %, about 2m left`. */
import { formatDuration } from "../duration";

/** A percentage as it is shown, without decimals: never 100 % before the end. */
export function percentText(percent: number): string {
  return `${Math.min(99, Math.floor(percent))} %`;
}

/** What is going on and, where there is an estimate, how long it will take. */
export function progressText(what: string, remainingMs: number | undefined): string {
  return remainingMs === undefined ? what : `${what}, about ${formatDuration(roundUp(remainingMs))} left`;
}

/** An estimate is no measurement: shown in steps of 5 s, above 2 minutes of half a minute, above 10 minutes of a minute. */
function roundUp(ms: number): number {
  const step = ms > 600_000 ? 60_000 : ms > 120_000 ? 30_000 : 5000;
  return Math.max(step, Math.ceil(ms / step) * step);
}
