/**
 * The hidden input `__provider`: JavaScript that Pulumi's plugin process evaluates to get at the provider.
 *
 * `dynamic.Resource` would fill it with serialised closures, which put the whole provider into every resource's state and change
 * with every release. This constant loads the installed package instead, from the program's folder. It stands in the state
 * of every resource ever made: a changed byte would show up as a change of all of them, so it must never change.
 */
export const PROVIDER_STRING =
  'exports.handler = () => require("module").createRequire(process.cwd() + "/")("pulumi-cloudflare-stream-downloads/provider").provider;';

/** The same for StreamDownloads. */
export const BULK_PROVIDER_STRING = PROVIDER_STRING.replace(/provider;$/, "bulkProvider;");
