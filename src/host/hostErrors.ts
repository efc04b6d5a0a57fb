/** Errors as hosts pass them on to the engine. */

/** An error whose message is all there is to show: where a host prints a name or a stack too, it has none. */
export function plainError(message: string): Error {
  return withoutStack(new Error(message));
}

/**
 * The resource exists but is not what it was to be. The engine keeps `id` and `outputs` in the state, fails the update with
 * the message, and calls update, not create, the next time.
 */
export class PartialResult extends Error {
  readonly id: string;
  readonly outputs: Record<string, unknown>;

  constructor(message: string, id: string, outputs: Record<string, unknown>) {
    super(message);
    this.id = id;
    this.outputs = outputs;
    withoutStack(this);
  }
}

function withoutStack(error: Error): Error {
  error.name = "";
  error.stack = "";
  return error;
}
