/** The option `import`, which a dynamic provider cannot serve, and which Pulumi would report with a stack trace. */
import type * as pulumi from "@pulumi/pulumi";
import { runError } from "./runError";

/** @throws RunError where the option `import` is given */
export function checkNotImported(name: string, opts: pulumi.CustomResourceOptions): void {
  if (opts.import === undefined) return;
  throw runError(
    `the resource "${name}": the option import does not work with a dynamic provider. Leave it out: a download that exists is adopted`,
  );
}
