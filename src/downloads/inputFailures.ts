/** Reports wrong inputs, each by its property path, before any request is sent. */

/** One wrong input, in the shape that Pulumi's check returns it. */
export interface Failure {
  /** The property's path, for example `videoId` or `videoIds[3]`. */
  readonly property: string;
  readonly reason: string;
}

/**
 * The failures of inputs of which some are secret. The engine prints the value of a top-level property that a failure
 * names, so a secret one is not named; the reason says which one it is.
 */
export function withoutSecrets(failures: readonly Failure[], secret: ReadonlySet<string>): Failure[] {
  return failures.map(({ property, reason }) =>
    secret.has(property) ? { property: "", reason: `${property}: ${reason}` } : { property, reason },
  );
}

/** What was given, for the end of a message. */
export function given(value: unknown, isSecret: boolean): string {
  return isSecret ? "the value is secret" : `got ${quote(value)}`;
}

/** Quotes a value for a message, shortened if it is long. */
export function quote(value: unknown): string {
  const text = (JSON.stringify(value) as string | undefined) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
