/**
 * The hidden output `__givenUp` of a resource that is not finished: what it gave up, so that a later update knows it too. With --continue-on-error
 * the old half of a replacement stays in the state until the new one is ready, perhaps under another URN.
 */
import type { Claims } from "../core/claims";
import type { RawInputs } from "../core/inputs/inputFields";

/** The output, to be added to the others. */
export function givenUpOutput(claims: Claims, urn: string): { readonly __givenUp?: readonly string[] } {
  const digests = claims.givenUp(urn);
  return digests.length > 0 ? { __givenUp: digests } : {};
}

/** What the outputs of the last deployment say. */
export function givenUpIn({ __givenUp: digests }: RawInputs): string[] {
  return Array.isArray(digests) ? digests.filter((digest) => typeof digest === "string") : [];
}
