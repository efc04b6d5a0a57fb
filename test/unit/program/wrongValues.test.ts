import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import * as publicFunctions from "../../../src";
import {
  getStreamDownloads,
  getStreamDownloadsOutput,
  getStreamVideos,
  getStreamVideosOutput,
  StreamDownload,
  StreamDownloads,
  StreamProvider,
} from "../../../src";
import * as publicTesting from "../../../src/testing";
import { lookUps } from "../../../src/provider/lookUp";
import { streamDownloadMocks, valueOf } from "../../../src/testing";
import { video } from "../../support/ids";

// Each is what a JavaScript program may have in hand instead of the right value.
const WRONG: readonly unknown[] = [
  undefined,
  null,
  7,
  Number.NaN,
  true,
  "",
  {},
  [],
  [video(1)],
  () => video(1),
  new Date(),
  7n,
];
const isObject = (value: unknown) => typeof value === "object" && value !== null && !Array.isArray(value);

/** What a call throws, or what its output or promise is rejected with. */
async function failureOf(call: () => unknown): Promise<Error | undefined> {
  try {
    const result = call();
    if (result instanceof Promise) await result;
    else if (pulumi.Output.isInstance(result)) await valueOf(result);
    return undefined;
  } catch (error) {
    return error as Error;
  }
}

describe("a wrong value from JavaScript", () => {
  let library: StreamDownloads;
  before(async () => {
    await pulumi.runtime.setMocks(streamDownloadMocks());
    library = new StreamDownloads("library", { videoIds: [video(1)] });
  });

  /** What a public function does not take, as values and, where it takes an output, as outputs. */
  const calls: readonly {
    readonly of: string;
    readonly message: RegExp;
    readonly values?: readonly unknown[];
    readonly outputs?: boolean;
    readonly call: (value: never) => unknown;
  }[] = [
    {
      of: "url",
      message: /^library\.url: videoId must be the id of a video; got /,
      outputs: true,
      call: (id) => library.url(id),
    },
    {
      of: "the type of url",
      message: /^library\.url: type must be "default" or "audio"; got /,
      values: [...WRONG.slice(1), "mp4", "constructor"],
      outputs: true,
      call: (type) => library.url(video(1), type),
    },
    {
      of: "StreamDownload.get",
      message: /^StreamDownload\.get: id must be "<accountId>\/<videoId>\/<type>"; got /,
      call: (id) => StreamDownload.get("got", id),
    },
    ...[StreamDownload, StreamDownloads].flatMap((Resource) => {
      const args = { videoId: video(2), videoIds: [video(2)] } as never;
      const options = (wrong: object) => new Resource("one", args, wrong as never);
      return [
        {
          of: `the name of ${Resource.name}`,
          message: /^new StreamDownloads?: the resource's name must be a string; got /,
          call: (name: never) => new Resource(name, args),
        },
        {
          of: `the arguments of ${Resource.name}`,
          message: /^the resource "one": its arguments must be an object, as \{ videoId/,
          // A StreamDownload that is looked up has none.
          values: WRONG.filter((value) => !isObject(value)).slice(Resource === StreamDownload ? 2 : 0),
          call: (wrong: never) => new Resource("one", wrong),
        },
        {
          of: `the options of ${Resource.name}`,
          message: /^the resource "one": its options must be an object; got /,
          values: WRONG.slice(1).filter((value) => !isObject(value)),
          call: (opts: never) => options(opts),
        },
        {
          of: `parent of ${Resource.name}`,
          message: /^the resource "one": the option parent must be a resource; got /,
          values: WRONG.slice(2),
          call: (parent: never) => options({ parent }),
        },
        {
          of: `provider of ${Resource.name}`,
          message: /^the resource "one": the option provider must be a pulumi\.ProviderResource; got /,
          values: [...WRONG.slice(2)],
          call: (provider: never) => options({ provider }),
        },
        {
          of: `customTimeouts of ${Resource.name}`,
          message: /^the resource "one": customTimeouts must be an object, as /,
          values: WRONG.slice(2).filter((value) => !isObject(value)),
          call: (customTimeouts: never) => options({ customTimeouts }),
        },
      ];
    }),
    {
      of: "the name of StreamProvider",
      message: /^new StreamProvider: the provider's name must be a string; got /,
      call: (name) => new StreamProvider(name),
    },
    {
      of: "the arguments of StreamProvider",
      message: /^the provider "own": its arguments must be an object, as \{ apiToken/,
      values: WRONG.slice(1).filter((value) => !isObject(value)),
      call: (args) => new StreamProvider("own", args),
    },
    {
      of: "apiToken of StreamProvider",
      message: /^the provider "own": apiToken must be a string; got /,
      // Blank is the same as not given.
      values: WRONG.slice(2).filter((value) => value !== ""),
      call: (apiToken) => new StreamProvider("own", { apiToken }),
    },
    {
      of: "the options of StreamProvider",
      message: /^the provider "own": its options must be an object; got /,
      values: WRONG.slice(1).filter((value) => !isObject(value)),
      call: (opts) => new StreamProvider("own", {}, opts),
    },
    {
      of: "getStreamDownloads",
      message: /^getStreamDownloads: its arguments must be an object, as /,
      values: WRONG.filter((value) => !isObject(value)),
      call: (args) => getStreamDownloads(args),
    },
    {
      of: "getStreamDownloadsOutput",
      message: /^getStreamDownloads: its arguments must be an object, as /,
      values: WRONG.filter((value) => !isObject(value)),
      outputs: true,
      call: (args) => getStreamDownloadsOutput(args),
    },
    ...[getStreamVideos, getStreamVideosOutput].map((list) => ({
      of: list.name,
      message: /^getStreamVideos: its arguments must be an object, as \{ creator/,
      // Without any it lists all videos.
      values: WRONG.slice(1).filter((value) => !isObject(value)),
      call: (args: never) => list(args),
    })),
    {
      of: "the options of getStreamVideos",
      message: /^getStreamVideos: its options must be an object; got /,
      values: WRONG.slice(1).filter((value) => !isObject(value)),
      call: (opts) => getStreamVideos({}, opts),
    },
    {
      of: "dependsOn of getStreamVideosOutput",
      message: /^getStreamVideosOutput: dependsOn must be resources; got /,
      values: WRONG.slice(1).filter((value) => !Array.isArray(value) || value.length > 0),
      outputs: true,
      call: (dependsOn) => getStreamVideosOutput({}, { dependsOn }),
    },
    {
      of: "the options of getStreamDownloadsOutput",
      message: /^getStreamDownloadsOutput: its options must be an object; got /,
      values: WRONG.slice(1).filter((value) => !isObject(value)),
      call: (opts) => getStreamDownloadsOutput({ videoId: video(1) }, opts),
    },
    {
      of: "parent of getStreamDownloadsOutput",
      message: /^getStreamDownloadsOutput: the option parent must be a resource; got /,
      values: WRONG.slice(2),
      call: (parent) => getStreamDownloadsOutput({ videoId: video(1) }, { parent }),
    },
    {
      of: "provider of getStreamDownloadsOutput",
      message: /^getStreamDownloadsOutput: the option provider must be a pulumi\.ProviderResource; got /,
      values: WRONG.slice(2),
      call: (provider) => getStreamDownloadsOutput({ videoId: video(1) }, { provider }),
    },
    {
      of: "dependsOn of getStreamDownloadsOutput",
      message: /^getStreamDownloadsOutput: dependsOn must be resources; got /,
      values: WRONG.slice(1).filter((value) => !Array.isArray(value) || value.length > 0),
      outputs: true,
      call: (dependsOn) => getStreamDownloadsOutput({ videoId: video(1) }, { dependsOn }),
    },
    { of: "valueOf", message: /^valueOf: it reads an output; got /, call: (output) => valueOf(output) },
    {
      of: "streamDownloadMocks",
      message: /^streamDownloadMocks: its options must be an object; got /,
      values: WRONG.slice(1).filter((value) => !isObject(value)),
      call: (options) => streamDownloadMocks(options),
    },
    {
      of: "an option of streamDownloadMocks",
      message: /^streamDownloadMocks: the option status must be a function; got /,
      values: WRONG.slice(1).filter((value) => typeof value !== "function"),
      call: (status) => streamDownloadMocks({ status }),
    },
    {
      of: "refusals",
      message: /^refusals: it runs a function; got /,
      values: WRONG.filter((value) => typeof value !== "function"),
      call: (run) => streamDownloadMocks().refusals(run),
    },
  ];
  const ofTests = /valueOf|Mocks|refusals/;

  for (const { of, message, values = WRONG, outputs = false, call } of calls) {
    it(`a wrong value from JavaScript for ${of} is refused at once, in one line`, async () => {
      const all = outputs ? [...values, ...values.map((value) => pulumi.output(value ?? undefined))] : values;
      for (const value of all) {
        const error = await failureOf(() => call(value as never));
        expect(error?.message, String(error)).to.match(message).and.not.contain("\n");
        // Pulumi shows the message alone, and formats no stack.
        if (!ofTests.test(of)) {
          expect(pulumi.RunError.isInstance(error), of).to.equal(true);
          expect(error?.stack, of).to.equal(error?.message);
        }
      }
    });
  }

  it("a wrong value from JavaScript is no resource of this package", () => {
    for (const value of [...WRONG, pulumi.output(undefined), library.url(video(1))]) {
      expect(StreamDownload.isInstance(value)).to.equal(false);
      expect(StreamDownloads.isInstance(value)).to.equal(false);
    }
  });

  it("a wrong account of a look-up is refused by its own message, whatever it is", async () => {
    const program = {
      identity: {},
      settings: { config: () => undefined, env: { CLOUDFLARE_API_TOKEN: "t" } },
      log: () => undefined,
    };
    for (const accountId of [7, true, {}, [], () => 1]) {
      const error = await failureOf(() => lookUps.find({ videoId: video(1), accountId: accountId as never }, program));
      expect(error?.message).to.contain("accountId must be 32 hexadecimal characters");
    }
  });

  it("every public function is called with wrong values here", () => {
    const tested = [
      "StreamDownload",
      "StreamDownloads",
      "StreamProvider",
      "getStreamDownloads",
      "getStreamDownloadsOutput",
      "getStreamVideos",
      "getStreamVideosOutput",
      "streamDownloadMocks",
      "valueOf",
    ];
    const functions = { ...publicFunctions, ...publicTesting };
    expect(Object.keys(functions).filter((name) => typeof functions[name as never] === "function")).to.have.members(
      tested,
    );
  });
});
