/** Parses durations as users write them for Pulumi ("1h30m"), and formats them for people ("3m10s"). */

const UNIT_MS: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  "\u00b5s": 1e-3, // the micro sign
  "\u03bcs": 1e-3, // the Greek letter mu
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
};

const UNITS = Object.keys(UNIT_MS).join("|");
const TERM = `(\\d+\\.?\\d*|\\.\\d+)(${UNITS})`;

/**
 * Parses a duration in Go's format, which Pulumi's `customTimeouts` use: one or more numbers, each with a unit of `ns`,
 * `us` (or `µs`), `ms`, `s`, `m` or `h`, optionally after a sign; or `0`.
 *
 * @returns milliseconds, or undefined when the text is not a duration
 * @example parseDuration("1h30m") // 5400000
 */
export function parseDuration(text: string): number | undefined {
  const [, sign, terms] = /^([-+]?)(.+)$/.exec(text.trim()) ?? [];
  if (terms === "0") return 0;
  if (terms === undefined || !new RegExp(`^(?:${TERM})+$`).test(terms)) return undefined;
  let total = 0;
  for (const [, amount, unit] of terms.matchAll(new RegExp(TERM, "g"))) {
    total += Number(amount) * (UNIT_MS[unit ?? ""] ?? 0);
  }
  return sign === "-" ? -total : total;
}

/** Formats a duration with its two largest units: `45s`, `3m10s`, `2h5m`. */
export function formatDuration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60), seconds % 60];
  if (h > 0) return m > 0 ? `${h}h${m}m` : `${h}h`;
  if (m > 0) return s > 0 ? `${m}m${s}s` : `${m}m`;
  return `${s}s`;
}
