/** Checks for single inputs, shared by all resources. Each normalises the values that it accepts. */
import { closest } from "../core/closest";
import {
  DOWNLOAD_TYPES,
  DOWNLOADS_BY_TYPE,
  type DownloadType,
  HEX_ID,
  isDownloadType,
  isHexId,
} from "../core/identity";
import { type Failure, given, quote } from "./inputFailures";
import { UNKNOWN, type Values } from "../core/values";

/** An accepted value, or UNKNOWN, or undefined where the value was wrong or absent. */
export type Checked<T> = T | typeof UNKNOWN | undefined;

/**
 * Checks a 32-digit hexadecimal id. It is trimmed and converted to lower case. The message does not show a secret
 * value.
 */
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
    reason: `must be ${what}, 32 hexadecimal characters; ${isSecret ? given(value, true) : notAnId(value)}`,
  });
  return undefined;
}

/** Describes what was given instead of an id, and names the ids in it, as a pasted address has them. */
function notAnId(value: unknown): string {
  if (value === undefined || value === null) return "nothing was given, or what it comes from has failed";
  if (typeof value !== "string") return given(value, false);
  const found = idsIn(value.toLowerCase());
  if (found.length > 0) return `got ${quote(value)}: give ${found.join(" or ")} instead`;
  return `got ${quote(value)} (${value.length} characters)`;
}

const HEX_IDS = new RegExp(`(?<![0-9a-z])${HEX_ID}(?![0-9a-z])`, "g");

/**
 * The ids that are words of their own in a text, last first: a dashboard address has the account's id before the
 * video's.
 */
function idsIn(text: string): string[] {
  return [...text.matchAll(HEX_IDS)].map(([id]) => quote(id)).reverse();
}

/** Checks a download type. The message does not show a secret value. */
export function checkType(
  value: unknown,
  property: string,
  failures: Failure[],
  { isSecret = false } = {},
): Checked<DownloadType> {
  if (value === UNKNOWN || isDownloadType(value)) return value;
  const types = DOWNLOAD_TYPES.map((type) => `"${type}" (${DOWNLOADS_BY_TYPE[type].format})`).join(" or ");
  failures.push({ property, reason: `must be ${types}; ${given(value, isSecret)}` });
  return undefined;
}

/**
 * Checks an argument that is one of a few values.
 *
 * @param otherwise what it is when it is not given
 */
export function checkChoice(
  name: string,
  news: Values,
  values: readonly unknown[],
  otherwise: unknown,
  failures: Failure[],
  isSecret: (name: string) => boolean,
): unknown {
  const value = news[name];
  if (value === undefined || value === null) return otherwise;
  if (value === UNKNOWN || values.includes(value)) return value;
  const wanted = values.map((each) => JSON.stringify(each)).join(" or ");
  failures.push({ property: name, reason: `must be ${wanted}; ${given(value, isSecret(name))}` });
  return undefined;
}

/** Rejects unknown arguments. Keys that begin with two underscores are Pulumi's. */
export function checkNoOthers(news: Values, known: readonly string[], failures: Failure[]): void {
  for (const key of Object.keys(news)) {
    if (key.startsWith("__") || known.includes(key)) continue;
    const meant = closest(key, known);
    if (meant !== undefined) failures.push({ property: key, reason: `is not an argument: did you mean ${meant}?` });
    else failures.push({ property: key, reason: `is not an argument; the arguments are ${known.join(", ")}` });
  }
}
