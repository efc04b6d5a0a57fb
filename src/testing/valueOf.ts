/** Reads the value of an output, for the assertions of unit tests. */
import * as pulumi from "@pulumi/pulumi";
import { kindOf } from "../program/wrongValues";

/** What every output has, although the SDK's types do not say so. */
interface Settling<T> {
  promise(): Promise<T>;
  readonly isKnown: Promise<boolean>;
  readonly isSecret: Promise<boolean>;
}

/**
 * Returns a promise of an output's value. Under mocks of a preview it is undefined if the value is unknown.
 *
 * @param output any output of the program under test
 * @throws the error of the output, for example that `library.url` finds no such download
 * @example
 * expect(await valueOf(trailer.url)).to.contain("/downloads/default.mp4");
 */
export async function valueOf<T>(output: pulumi.Output<T>): Promise<T> {
  if (!pulumi.Output.isInstance(output)) throw new Error(`valueOf: it reads an output; got ${kindOf(output)}`);
  const settling = output as unknown as Settling<T>;
  // They reject together with the value. Unhandled, those rejections would end the test run.
  for (const other of [settling.isKnown, settling.isSecret]) other.catch(() => undefined);
  return settling.promise();
}
