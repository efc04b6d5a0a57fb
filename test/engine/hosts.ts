/** The two hosts of the resources. A suite declares its resources once for each host, side by side in one stack, and expects the same of both. */
import type { DownloadType } from "../../packages/emulator/src";
import { ACCOUNT, video } from "../support/ids";

/** In a program: each host's resources, providers and look-ups under the same names, the plugin's without an SDK. */
export const PROGRAM_HEAD = `
const provider = (type, prefix = "") => (name, settings) => new pulumi.ProviderResource(type, name,
  Object.fromEntries(Object.entries(settings).map(([key, value]) => [prefix + key, value])));
const dynamic = {
  ...require("pulumi-cloudflare-stream-downloads"),
  get: (name, id, opts) => StreamDownload.get(name, id, opts),
  provider: provider("pulumi-nodejs", "cloudflare-stream:"),
};
const declaring = (type, outputs) => class extends pulumi.CustomResource {
  constructor(name, args, opts) { super("cloudflare-stream:index:" + type, name, { ...outputs, ...args }, opts); }
};
const plugin = {
  StreamDownload: declaring("StreamDownload", { videoId: undefined, accountId: undefined, url: undefined, status: undefined }),
  StreamDownloads: declaring("StreamDownloads", { accountId: undefined, urls: undefined, statuses: undefined, failures: undefined }),
  get: (name, id, opts) => new plugin.StreamDownload(name, undefined, { ...opts, id }),
  getStreamDownloads: (args) => pulumi.runtime.invoke("cloudflare-stream:index:getStreamDownloads", args),
  getStreamDownloadsOutput: (args) => pulumi.runtime.invokeOutput("cloudflare-stream:index:getStreamDownloads", args),
  getStreamVideos: (args) => pulumi.runtime.invoke("cloudflare-stream:index:getStreamVideos", args),
  getStreamVideosOutput: (args) => pulumi.runtime.invokeOutput("cloudflare-stream:index:getStreamVideos", args),
  provider: provider("cloudflare-stream"),
};
`;

/** Whether a type in the state is one of this package's resources, also by the type that the first states have. */
export function isOwnType(type: string): boolean {
  return /^(pulumi-nodejs:dynamic\/(streamDownloads?|lookUps|cloudflare-stream)|cloudflare-stream:index):/.test(type);
}

/** What a plugin's resource is in the state. */
export const PLUGIN_TYPE = "cloudflare-stream:index:StreamDownload";

/** A host, and what only its resources have: their names, and their videos. */
export class Host {
  readonly name: "dynamic" | "plugin";
  readonly #firstVideo: number;

  constructor(name: "dynamic" | "plugin", firstVideo: number) {
    this.name = name;
    this.#firstVideo = firstVideo;
  }

  /** The n-th video's id. */
  video(n: number): string {
    return video(this.#firstVideo + n);
  }

  /** A download as the emulator lists its file. */
  file(n: number, type: DownloadType = "default"): string {
    return `${this.video(n)}/${type}`;
  }

  /** The id of a resource. */
  id(n: number, type: DownloadType = "default", accountId = ACCOUNT): string {
    return `${accountId}/${this.file(n, type)}`;
  }

  /** A resource's name in the program, and its key among the stack's outputs. */
  named(name: string): string {
    return `${this.name}-${name}`;
  }

  /** The lines of what the CLI printed that name a resource, and those below its heading among the diagnostics. */
  linesAbout(name: string, text: string): string {
    const resource = this.named(name);
    return (text.match(new RegExp(`.*\\(${resource}\\):\\n(?:.+\\n)*|.*\\b${resource}\\b.*`, "g")) ?? []).join("\n");
  }

  /** Declares a StreamDownload, whose url is an output of the stack. */
  download(name: string, n: number, more = "", options = "{}"): string {
    const resource = `new ${this.name}.StreamDownload("${this.named(name)}", { videoId: "${this.video(n)}", ${more} }, ${options})`;
    return `exports["${this.named(name)}"] = ${resource}.url;\n`;
  }

  /** Declares a StreamDownloads, which is an output of the stack. */
  library(name: string, args: string, options = "{}"): string {
    return `exports["${this.named(name)}"] = new ${this.name}.StreamDownloads("${this.named(name)}", { ${args} }, ${options});\n`;
  }

  /** Declares a provider as a constant of its name. */
  provider(name: string, settings: string): string {
    return `const ${name} = ${this.name}.provider("${this.named(name)}", { ${settings} });\n`;
  }
}

export const HOSTS: readonly Host[] = [new Host("dynamic", 0), new Host("plugin", 0x100)];

/** A program that declares the same with each host, for each in a block of its own. */
export function onBothHosts(program: (host: Host) => string): string {
  return PROGRAM_HEAD + HOSTS.map((host) => `{\n${program(host)}}\n`).join("");
}

/** Expects the same of each host. */
export async function eachHost(expectation: (host: Host) => unknown): Promise<void> {
  for (const host of HOSTS) {
    try {
      await expectation(host);
    } catch (error) {
      if (error instanceof Error) error.message = `${host.name}: ${error.message}`;
      throw error;
    }
  }
}
