/** Errors in the form in which the engine takes them. */

/** An error that the engine prints as its message alone: no "Error:" before it, no stack after it. */
export function plainError(message: string): Error {
  const error = new Error(message);
  error.name = "";
  error.stack = "";
  return error;
}

/**
 * The resource exists but is not what it was to be. The engine keeps `id` and `properties` in the state, fails the update with
 * `message`, and calls update, not create, the next time.
 */
export function partialError(message: string, id: string, properties: Record<string, unknown>): Error {
  // The engine prints both the message and the reasons; the text stands in the reasons alone.
  return Object.assign(plainError(message), { id, properties, reasons: [message] });
}

/** Whether the engine keeps a resource in the state in spite of an error. */
export function isPartialError(error: unknown): boolean {
  return error instanceof Error && "reasons" in error;
}
