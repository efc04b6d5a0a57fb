/**
 * The API's times, such as `2014-01-02T02:20:00.123456Z`. Cloudflare writes microseconds, which a JavaScript Date does
 * not keep.
 */

const RFC_3339 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:\d{2})$/i;

/** Microseconds since the epoch; undefined where a text is no time. */
export function microsecondsOf(timestamp: string): number | undefined {
  if (!RFC_3339.test(timestamp)) return undefined;
  const [, digits = ""] = /\.(\d+)/.exec(timestamp) ?? [];
  const second = Date.parse(timestamp.replace(/\.\d+/, ""));
  return Number.isNaN(second) ? undefined : second * 1000 + Number(digits.padEnd(6, "0").slice(0, 6));
}
