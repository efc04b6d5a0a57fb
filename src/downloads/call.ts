/** What a host says of a call of the engine, besides the resource's values. */
import type { UNKNOWN } from "../core/values";

/**
 * Whose settings a resource's provider has. `default`: the stack's, from its configuration and the environment.
 * `explicit`: those of a provider that the program declares, which has arguments of its own.
 */
export type ProviderKind = "default" | "explicit";

/** One call about one resource. */
export interface Call {
  /** The URN of what the call is about. Of what is deleted after a rename, it is the one in the state. */
  readonly urn: string;
  /**
   * In a preview, whose settings an update would use. Undefined in an update, and where the program itself reports what
   * they lack.
   */
  readonly preview?: ProviderKind | undefined;
  /** How long the operation may take, in milliseconds. Default: an hour, and some more for a library. */
  readonly timeLimitMs?: number | undefined;
  /**
   * Of a check, or a preview: the names of the arguments that are secret, misspelt ones too. No message shows their
   * values. UNKNOWN while it is not known whether an argument is secret, which it may become.
   */
  readonly secrets?: ReadonlyMap<string, true | typeof UNKNOWN> | undefined;
}
