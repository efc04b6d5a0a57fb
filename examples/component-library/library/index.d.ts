import * as pulumi from "@pulumi/pulumi";

/** An episode that can be watched and listened to without a connection. */
export declare class Episode extends pulumi.ComponentResource {
  /** Where its MP4 is. */
  readonly videoUrl: pulumi.Output<string>;
  /** Where its sound is. */
  readonly soundUrl: pulumi.Output<string>;

  constructor(name: string, args: { videoId: pulumi.Input<string> }, opts?: pulumi.ComponentResourceOptions);
}
