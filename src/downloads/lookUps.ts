/**
 * What a program and the provider's process tell each other of look-ups. Pulumi's dynamic provider has no functions, so
 * a program reads a resource that stands for its look-ups, and the process that serves its other resources looks up
 * with their credentials.
 */

import type { Values } from "../core/values";

/** The id of every such resource. No download has it. */
export const LOOK_UPS_ID = "getStreamDownloads";

/** One look-up. */
export interface LookUpArgs {
  /** The function of the program. */
  readonly call: "getStreamDownloads" | "getStreamVideos";
  /** Its arguments as the program gives them. */
  readonly args: Values;
}

/** What a look-up came to. A failure is a result too: the engine would end the program for a read that fails. */
export interface LookUpResult {
  /** What the program receives. */
  readonly found?: object;
  /** The message of a failure. */
  readonly problem?: string;
  /** Whether it failed for lack of credentials or an account. */
  readonly isMissingSetting?: boolean;
}
