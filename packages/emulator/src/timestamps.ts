/**
 * The API's times, such as `2014-01-02T02:20:00.123456Z`: Cloudflare writes microseconds, which a JavaScript Date does
 * not keep. A client that pages through a list by them has to send them back as they are.
 */
import * as v from "valibot";

const RFC_3339 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:\d{2})$/;
const WORDS = "must be a time such as 2014-01-02T02:20:00Z";

/** What takes a time. */
export const timestampSchema = v.pipe(
  v.string(),
  v.regex(RFC_3339, WORDS),
  v.check((text) => !Number.isNaN(Date.parse(text)), WORDS),
);

/** Microseconds since the epoch. */
export function microsecondsOf(timestamp: string): number {
  const [, digits = ""] = /\.(\d+)/.exec(timestamp) ?? [];
  return Date.parse(timestamp.replace(/\.\d+/, "")) * 1000 + Number(digits.padEnd(6, "0").slice(0, 6));
}

/** The other way round, in UTC. */
export function timestampOf(microseconds: number): string {
  const second = Math.floor(microseconds / 1_000_000);
  const digits = String(Math.floor(microseconds) - second * 1_000_000).padStart(6, "0");
  return new Date(second * 1000).toISOString().replace(/\.\d+Z$/, `.${digits}Z`);
}
