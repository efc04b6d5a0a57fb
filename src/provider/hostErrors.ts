/** The errors that hosts pass on to the engine. */

/** An error with an empty name and stack, for hosts that would print them beside the message. */
export function plainError(message: string): Error {
  return withoutStack(new Error(message));
}

/**
 * The error of a resource that exists but is not finished. The engine stores `id` and `outputs` in the state, fails the
 * update with the message, and calls update instead of create the next time.
 */
export class PartialResult extends Error {
  readonly id: string;
  readonly outputs: Record<string, unknown>;
  /**
   * Whether the time limit ended an update that has requested nothing which the state does not have: a host may leave
   * that as it was.
   */
  readonly isNotYet: boolean;

  constructor(message: string, id: string, outputs: Record<string, unknown>, { isNotYet = false } = {}) {
    super(message);
    this.id = id;
    this.outputs = outputs;
    this.isNotYet = isNotYet;
    withoutStack(this);
  }
}

/**
 * The error of a create that the time limit ended before anything could be requested: nothing exists, and nothing is
 * wrong.
 */
export class NotYet extends Error {
  constructor(message: string) {
    super(message);
    withoutStack(this);
  }
}

function withoutStack(error: Error): Error {
  error.name = "";
  error.stack = "";
  return error;
}
