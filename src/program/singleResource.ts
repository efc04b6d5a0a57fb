/** The resource StreamDownload: one downloadable file of one Cloudflare Stream video. */
import * as pulumi from "@pulumi/pulumi";
import { DOWNLOAD_FIELDS, namesOf } from "../downloads/fields";
import type { DownloadType } from "../core/identity";
import { announce } from "./announcement";
import { withFormerType } from "./formerType";
import { everyOutput, hiddenInputs, secretOutputs } from "./hiddenInputs";
import { PROVIDER_STRING } from "./providerString";
import { checkConstructor, requireString } from "./wrongValues";

/** The outputs that are secret when the id is. */
const SECRET_OUTPUTS = namesOf(DOWNLOAD_FIELDS, ({ followsIds }) => followsIds);

/**
 * The options of a `StreamDownload` or a `StreamDownloads`: those of any Pulumi resource, except `import`, which Pulumi
 * does not offer for dynamic providers. Leave it out: a download that exists is adopted. The option is also refused
 * where it comes in a variable of the type `pulumi.CustomResourceOptions`, when the program runs.
 */
export type StreamDownloadOptions = Omit<pulumi.CustomResourceOptions, "import">;

/**
 * The arguments of a {@link StreamDownload}.
 *
 * @typeParam Waits the type of `waitForReady`: `true` if it is omitted or true, which makes `url` a string
 */
export interface StreamDownloadArgs<Waits extends boolean = boolean> {
  /** The video's id: 32 hexadecimal characters. Another video is another download: the resource is replaced. */
  videoId: pulumi.Input<string>;
  /**
   * What to generate from the video: `"default"` is an MP4, `"audio"` the audio alone (M4A). Another type replaces the
   * resource.
   * @default "default"
   */
  type?: pulumi.Input<DownloadType> | undefined;
  /**
   * The account that the video belongs to: 32 hexadecimal characters. Another account replaces the resource.
   * @default the configuration `cloudflare-stream:accountId`, else the environment's CLOUDFLARE_ACCOUNT_ID
   */
  accountId?: pulumi.Input<string> | undefined;
  /**
   * Whether to wait until the file is ready, for at most `customTimeouts.create` or `.update` (1 hour by default). With
   * false the update continues at once, `status` is `inprogress` and `url` undefined; each later update or refresh
   * checks again. While the video itself is still encoding, no download can be requested; a later update does that.
   * @default true
   */
  waitForReady?: pulumi.Input<Waits> | undefined;
  /**
   * What becomes of a download that exists before the resource does. `"adopt"`: the resource takes it over, and deletes
   * it when it is deleted itself. `"fail"`: the update fails, so that nothing is shared with another stack by mistake.
   * What the update knows to be the stack's own is taken over in any case. A change of this alone updates nothing.
   * @default the configuration `cloudflare-stream:ifExists`, else "adopt"
   */
  ifExists?: pulumi.Input<"adopt" | "fail"> | undefined;
}

/**
 * A downloadable file of a Cloudflare Stream video. A download that exists already is adopted, never generated twice.
 *
 * The file belongs to the stack, even if it was adopted: removing the resource or `pulumi destroy` deletes it. With the
 * option `retainOnDelete` the file stays; with `protect` Pulumi refuses to delete the resource.
 *
 * The update fails with a message that names the cause when the video cannot be downloaded, when Cloudflare refuses the
 * request, or at the time limit. A download that was requested stays in the state, and the next update continues with
 * it.
 *
 * @typeParam Waits whether updates wait for the file; `url` may be undefined unless it is `true`
 * @example
 * const trailer = new StreamDownload("trailer", { videoId: "ea95132c15732412d22c1476fa83f27a" });
 * export const url = trailer.url;
 */
export class StreamDownload<out Waits extends boolean = true> extends pulumi.CustomResource {
  /** The resource's type token in the engine. */
  static readonly engineType = "pulumi-nodejs:dynamic/streamDownload:StreamDownload";

  // `declare`: a real field would overwrite the outputs that the super constructor sets.
  /** The video's id. */
  declare readonly videoId: pulumi.Output<string>;
  /** What is generated from the video. */
  declare readonly type: pulumi.Output<DownloadType>;
  /** The account that the video belongs to. */
  declare readonly accountId: pulumi.Output<string>;
  /** Whether updates wait for the file. */
  declare readonly waitForReady: pulumi.Output<boolean>;
  /** The file's URL. With `waitForReady: false`, and for a look-up, undefined until `status` is `ready`. */
  declare readonly url: pulumi.Output<Waits extends true ? string : string | undefined>;
  /** `ready`: the file exists. `inprogress`: it is being generated. `error`: Cloudflare failed to generate it. */
  declare readonly status: pulumi.Output<"ready" | "inprogress" | "error">;
  /** How much of the file has been generated, 0 to 100. */
  declare readonly percentComplete: pulumi.Output<number>;

  /**
   * Looks up a download that something else manages. In a preview without credentials its outputs are unknown.
   *
   * @param name the resource's name in this program
   * @param id `<accountId>/<videoId>/<type>`; the update fails when there is no such download
   * @param opts the options of any Pulumi resource
   * @typeParam Waits `true` where the file is known to be ready, which makes `url` a string; so does assigning the
   *   result to a `StreamDownload`, as a component's property
   * @throws Error in the update, when the id is malformed or the download does not exist
   * @example
   * const id = "023e105f4ecef8ad9ca31a8372d0c353/ea95132c15732412d22c1476fa83f27a/audio";
   * export const url = StreamDownload.get("sound", id).url;
   */
  static get<Waits extends boolean = boolean>(
    name: string,
    id: pulumi.Input<pulumi.ID>,
    opts?: StreamDownloadOptions,
  ): StreamDownload<Waits> {
    const given = requireString(`StreamDownload.get: id must be "<accountId>/<videoId>/<type>"`, id);
    return new StreamDownload<Waits>(name, undefined, { ...opts, id: given });
  }

  /** Whether a value is a StreamDownload, of this or another copy of the package. */
  static override isInstance(value: unknown): value is StreamDownload<boolean> {
    if (typeof value !== "object" || value === null) return false;
    return "__pulumiType" in value && value.__pulumiType === StreamDownload.engineType;
  }

  /**
   * Declares a download.
   *
   * @param name the resource's name, unique in the program
   * @param args what to generate from which video; required unless `opts.id` looks up an existing download
   * @param opts the options of any Pulumi resource; `customTimeouts` limit the wait
   */
  constructor(name: string, args: StreamDownloadArgs<Waits> | undefined, opts: StreamDownloadOptions = {}) {
    checkConstructor("StreamDownload", name, args ?? {}, opts, "{ videoId: id }");
    const hidden = hiddenInputs(StreamDownload.engineType, name, args ?? {}, opts, PROVIDER_STRING);
    const secret = secretOutputs(args?.videoId, SECRET_OUTPUTS);
    const inputs = { ...everyOutput(DOWNLOAD_FIELDS), ...args, ...secret, ...hidden };
    super(StreamDownload.engineType, name, inputs, withFormerType("StreamDownload", opts));
    announce(this, {
      urn: hidden.__urn,
      args,
      declaredIn: ({ accountId, videoId, type = "default" }) => [{ accountId, videoId, type }],
      outputs: [this.videoId, this.type],
      has: (outputs, ...download) => download.every((value, n) => value === outputs[n]),
    });
  }
}
