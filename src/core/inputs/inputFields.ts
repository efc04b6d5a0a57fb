/** The checks that the inputs of every resource here are made of. Each normalises what it accepts. */
import { type DownloadType, isDownloadType, isHexId } from "../identity";
import { type Failure, quote, UNKNOWN } from "./inputFailures";

/** Inputs as they come from a program: anything may be in them. */
export type RawInputs = Readonly<Record<string, unknown>>;

/** An accepted value, or one that is not known yet, or undefined where it was wrong or absent. */
export type Checked<T> = T | typeof UNKNOWN | undefined;

/** A 32-digit hexadecimal id. White space around it is dropped, and upper case lowered. A message does not show what is secret. */
export function checkHexId(
  value: unknown,
  property: string,
  what: string,
  failures: Failure[],
  { isSecret = false } = {},
): Checked<string> {
  if (value === UNKNOWN) return UNKNOWN;
  const lowered = typeof value === "string" ? value.trim().toLowerCase() : value;
  if (isHexId(lowered)) return lowered;
  failures.push({
    property,
    reason: `must be ${what}, 32 hexadecimal characters; ${isSecret ? "what was given is secret" : notAnId(lowered)}`,
  });
  return undefined;
}

/** What was given instead of an id; where that has an id in it, as a pasted address does, which. */
function notAnId(value: unknown): string {
  if (value === undefined || value === null) return "nothing was given";
  if (typeof value !== "string") return `got ${quote(value)}`;
  const found = idsIn(value);
  if (found.length > 0) return `got ${quote(value)}: give ${found.join(" or ")} instead`;
  return `got ${value.length}: ${quote(value)}`;
}

/** The ids that stand as words of their own in a text, the last first: an address of the dashboard has the account's before the video's. */
function idsIn(text: string): string[] {
  return [...text.matchAll(/(?<![0-9a-z])[0-9a-f]{32}(?![0-9a-z])/g)].map(([id]) => quote(id)).reverse();
}

/** A download type. */
export function checkType(value: unknown, property: string, failures: Failure[]): Checked<DownloadType> {
  if (value === UNKNOWN || isDownloadType(value)) return value;
  failures.push({ property, reason: `must be "default" (MP4) or "audio" (M4A); got ${quote(value)}` });
  return undefined;
}

/** `waitForReady`, true unless it is given. */
export function checkWaitForReady(value: unknown, failures: Failure[]): Checked<boolean> {
  if (value === undefined || value === null) return true;
  if (value === UNKNOWN || typeof value === "boolean") return value;
  failures.push({ property: "waitForReady", reason: `must be true or false; got ${quote(value)}` });
  return undefined;
}

/** Refuses arguments that do not exist. Keys that begin with two underscores are this package's own. */
export function checkNoOthers(news: RawInputs, known: readonly string[], failures: Failure[]): void {
  for (const key of Object.keys(news)) {
    if (key.startsWith("__") || known.includes(key)) continue;
    failures.push({ property: key, reason: `is not an argument; the arguments are ${known.join(", ")}` });
  }
}

/** The hidden inputs, which every answer has to carry on. */
export function hiddenInputs(inputs: RawInputs): Record<string, unknown> {
  return Object.fromEntries(Object.entries(inputs).filter(([key]) => key.startsWith("__") && key !== "__proto__"));
}
