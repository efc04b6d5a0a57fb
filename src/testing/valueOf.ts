/** What a unit test asserts: the value of an output. */
import type * as pulumi from "@pulumi/pulumi";

/** What the SDK gives every output, and leaves out of its types. */
interface Settling<T> {
  promise(): Promise<T>;
  readonly isKnown: Promise<boolean>;
  readonly isSecret: Promise<boolean>;
}

/**
 * The value of an output, for a test to await. In mocks of a preview it is undefined where the value is not known yet.
 *
 * @param output any output of the program under test
 * @throws what the output fails with, such as that `library.url` finds no such download
 * @example
 * expect(await valueOf(trailer.url)).to.contain("/downloads/default.mp4");
 */
export async function valueOf<T>(output: pulumi.Output<T>): Promise<T> {
  const settling = output as unknown as Settling<T>;
  // They fail with the value; nobody else looks at them, and a failure that nobody looks at would end the test run.
  for (const other of [settling.isKnown, settling.isSecret]) other.catch(() => undefined);
  return settling.promise();
}
