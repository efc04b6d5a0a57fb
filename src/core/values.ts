/** The inputs and outputs of a resource as the engine carries them. */

/** Values by their names. Those that a program gave may be anything. */
export type Values = Readonly<Record<string, unknown>>;

/** The placeholder for an unknown value in the calls of a preview (`pulumi.runtime.unknownValue`). */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** Whether a value has been given. The engine may drop what is undefined, and passes on what is null. */
export function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}
