/** The times that the command's flags take. */

const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };
const TERM = "(\\d+(?:\\.\\d+)?)(ms|s|m|h)";

/**
 * Reads a time: one or more numbers, each with its unit, such as `5s`, `250ms` or `1m30s`; or `0`.
 *
 * @returns milliseconds, or undefined where the text is not a time
 */
export function parseDuration(text: string): number | undefined {
  if (text === "0") return 0;
  if (!new RegExp(`^(?:${TERM})+$`).test(text)) return undefined;
  return [...text.matchAll(new RegExp(TERM, "g"))].reduce(
    (total, [, amount, unit = ""]) => total + Number(amount) * (UNIT_MS[unit] ?? 0),
    0,
  );
}
