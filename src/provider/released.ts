/**
 * The hidden output `__givenUp` of a resource that is not finished: what it gave up, so that a later update knows it
 * too. With --continue-on-error the old half of a replacement stays in the state until the new one is ready, perhaps
 * under another URN.
 */
import type { Values } from "../core/values";

/** The output, to be added to the others. */
export function releasedOutput(digests: readonly string[]): { readonly __givenUp?: readonly string[] } {
  return digests.length > 0 ? { __givenUp: digests } : {};
}

/** What the outputs of the last deployment say. */
export function releasedIn({ __givenUp: digests }: Values): string[] {
  return Array.isArray(digests) ? digests.filter((digest) => typeof digest === "string") : [];
}
