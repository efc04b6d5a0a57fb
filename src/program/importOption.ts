/** The option `import`, which a dynamic provider cannot serve, and which Pulumi would report with a stack trace. */
import type * as pulumi from "@pulumi/pulumi";
import { runError } from "./runError";

/**
 * The options of a `StreamDownload` or a `StreamDownloads`: those of any Pulumi resource, except `import`, which Pulumi
 * does not offer for dynamic providers. Leave it out: a download that exists is adopted. The option is also refused
 * where it comes in a variable of the type `pulumi.CustomResourceOptions`, when the program runs.
 */
export type StreamDownloadOptions = Omit<pulumi.CustomResourceOptions, "import">;

/** @throws RunError where the option `import` is given */
export function checkNotImported(name: string, opts: pulumi.CustomResourceOptions): void {
  if (opts.import === undefined) return;
  throw runError(
    `the resource "${name}": the option import does not work with a dynamic provider. Leave it out: a download that exists is adopted`,
  );
}
