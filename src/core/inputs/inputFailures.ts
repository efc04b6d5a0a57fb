/** How a wrong input is reported: by its property's path, before anything is asked of the API. */

/** One wrong input, in the shape that Pulumi's check returns. */
export interface Failure {
  /** The property's path, for example `videoId` or `videoIds[3]`. */
  readonly property: string;
  readonly reason: string;
}

/** The value that stands for one that is not known yet, in the calls of a preview (`pulumi.runtime.unknownValue`). */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** A value as a message may show it. */
export function quote(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
