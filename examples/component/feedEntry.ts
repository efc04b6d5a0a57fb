import * as pulumi from "@pulumi/pulumi";

/** Stands for any resource that uses a url: a row of a database, a page, a parameter of another cloud. */
export class FeedEntry extends pulumi.dynamic.Resource {
  constructor(
    name: string,
    props: Record<"title" | "video" | "sound", pulumi.Input<string>>,
    opts?: pulumi.CustomResourceOptions,
  ) {
    super({ create: async (inputs) => ({ id: inputs.title, outs: inputs }) }, name, props, opts);
  }
}
