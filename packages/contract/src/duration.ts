/** Times as the flags take them ("10m", "1h30m"), and as people read them ("3m10s"). */

const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };
const TERM = "(\\d+(?:\\.\\d+)?)(ms|s|m|h)";

/**
 * Reads a time: one or more numbers, each with its unit.
 *
 * @returns milliseconds, or undefined where the text is not a time
 */
export function parseDuration(text: string): number | undefined {
  if (!new RegExp(`^(?:${TERM})+$`).test(text)) return undefined;
  return [...text.matchAll(new RegExp(TERM, "g"))].reduce(
    (total, [, amount, unit = ""]) => total + Number(amount) * (UNIT_MS[unit] ?? 0),
    0,
  );
}

/** A time with its two largest units: `45s`, `3m10s`, `2h5m`. */
export function formatDuration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60), seconds % 60];
  if (h > 0) return m > 0 ? `${h}h${m}m` : `${h}h`;
  if (m > 0) return s > 0 ? `${m}m${s}s` : `${m}m`;
  return `${s}s`;
}
