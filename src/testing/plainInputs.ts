/** The inputs of a mocked resource as its provider gets them: Pulumi hands secrets to mocks in an envelope. */
import * as pulumi from "@pulumi/pulumi";

export function plainInputs(inputs: unknown): Record<string, unknown> {
  return plain(inputs) as Record<string, unknown>;
}

function plain(value: unknown): unknown {
  // A secret without a value is an input without one.
  if (pulumi.runtime.isRpcSecret(value)) return plain(pulumi.runtime.unwrapRpcSecret(value)) ?? null;
  if (Array.isArray(value)) return value.map(plain);
  // Not an asset, or another object of a class.
  if (typeof value !== "object" || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, plain(each)]));
}
