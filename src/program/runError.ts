/** Errors that end a program. */
import * as pulumi from "@pulumi/pulumi";

/**
 * An error that Pulumi shows as its message alone. It has no stack: Pulumi does not show it and formats it all the same, which Node.js 20
 * needs many seconds for when a frame of Pulumi's own is in it.
 */
export function runError(message: string): pulumi.RunError {
  const error = new pulumi.RunError(message);
  error.stack = message;
  return error;
}
