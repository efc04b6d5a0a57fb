/** Reports wrong inputs, each by its property path, before any request is sent. */

import { isGiven, type Values } from "../core/values";

/** One wrong input, in the shape that Pulumi's check returns it. */
export interface Failure {
  /** The property's path, for example `videoId` or `videoIds[3]`; empty where no argument is wrong. */
  readonly property: string;
  readonly reason: string;
}

/**
 * Failures as the engine is to print them. With the property it prints an input's value, which of `videoIds[3]` and of
 * what was not given is `{<nil>}`. So the property is named only of an input that was given as a whole and is no
 * secret; of any other the reason says which one it is.
 */
export function asPrinted(failures: readonly Failure[], given: Values, secret: ReadonlySet<string>): Failure[] {
  return failures.map(({ property, reason }) =>
    property === "" || (isGiven(given[property]) && !secret.has(property))
      ? { property, reason }
      : { property: "", reason: `${property}: ${reason}` },
  );
}

/** What was given, for the end of a message. */
export function given(value: unknown, isSecret: boolean): string {
  return isSecret ? "the value is secret" : `got ${quote(value)}`;
}

/** Quotes a value for a message, shortened if it is long. */
export function quote(value: unknown): string {
  const text = (JSON.stringify(value) as string | undefined) ?? String(value);
  if (text.length <= 60) return text;
  return text.slice(0, 60) + (typeof value === "string" ? '…"' : "…");
}
