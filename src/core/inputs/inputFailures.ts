/** Reports wrong inputs, each by its property path, before any request is sent. */

/** One wrong input, in the shape that Pulumi's check returns it. */
export interface Failure {
  /** The property's path, for example `videoId` or `videoIds[3]`. */
  readonly property: string;
  readonly reason: string;
}

/** Quotes a value for a message, shortened if it is long. */
export function quote(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
