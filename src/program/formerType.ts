/**
 * The resources were of the type `pulumi-nodejs:dynamic/cloudflare-stream:StreamDownload` in the first states. Of that
 * of now, `pulumi-nodejs:dynamic/streamDownload:StreamDownload`, the CLI leaves out what is between `/` and `:`, as it
 * is the name behind it in lower camel case: 18 columns less, so that a terminal of 80 shows the status.
 */
import * as pulumi from "@pulumi/pulumi";

/**
 * The options with aliases by which the engine finds a resource that the state has with its former type, also under a
 * former name or parent: the engine does not combine the aliases of one resource.
 */
export function withFormerType(
  name: "StreamDownload" | "StreamDownloads",
  opts: pulumi.CustomResourceOptions,
): pulumi.CustomResourceOptions {
  const former = { type: `pulumi-nodejs:dynamic/cloudflare-stream:${name}` };
  const given = opts.aliases ?? [];
  const both = given.map((alias) =>
    pulumi.output(alias).apply((one) => (typeof one === "string" ? one : { ...former, ...one })),
  );
  return { ...opts, aliases: [...given, former, ...both] };
}
