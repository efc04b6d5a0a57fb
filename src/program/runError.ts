/** Errors that end a program. */
import * as pulumi from "@pulumi/pulumi";

/**
 * An error of which Pulumi shows only the message. It has no stack: Pulumi would format it without showing it, which
 * takes Node.js 20 many seconds when it has a frame of Pulumi's own.
 */
export function runError(message: string): pulumi.RunError {
  const error = new pulumi.RunError(message);
  error.stack = message;
  return error;
}
