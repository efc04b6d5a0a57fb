import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { StreamDownloads, type StreamDownloadsArgs } from "../../../src";
import { fileFinder, urlOf } from "../../../src/program/libraryFiles";
import { streamDownloadMocks, valueOf } from "../../../src/testing";
import { video } from "../../support/ids";

/** What an output comes to: its value, or the message of its failure. */
const settled = (output: pulumi.Output<string>): Promise<string> =>
  (output as unknown as { promise(): Promise<string> }).promise().catch((error: Error) => error.message);

describe("url of a StreamDownloads", () => {
  let library: StreamDownloads;
  before(async () => {
    await pulumi.runtime.setMocks(
      streamDownloadMocks({ status: ({ videoId }) => (videoId === video(0xb) ? "inprogress" : "ready") }),
    );
    library = new StreamDownloads("library", { videoIds: [video(0xa), video(0xb)], types: ["default", "audio"] });
  });

  it("url of a StreamDownloads is the URL of one video's file, of the MP4 unless another type is named", async () => {
    expect(await settled(library.url(video(0xa)))).to.match(/a\/downloads\/default\.mp4$/);
    expect(await settled(library.url(pulumi.output(video(0xa).toUpperCase()), "audio"))).to.match(
      /a\/downloads\/audio\.m4a$/,
    );
  });

  it("url of a StreamDownloads fails with what is missing where a file is not ready or not of the library", async () => {
    const id = video(0xb);
    expect(await settled(library.url(id, "audio"))).to.equal(
      `library.url: no url for the "audio" download of video ${id}: its status is "inprogress"; only a "ready" download has a url.`,
    );
    expect(await settled(library.url(video(3)))).to.contain("the library has no such download");
  });

  it("thousands of links to a library cost no more each than a few: none walks through the library's tables again", async () => {
    const ids = Array.from({ length: 400 }, (_, n) => video(n + 0x1000));
    await pulumi.runtime.setMocks(streamDownloadMocks());
    const large = new StreamDownloads("large", { videoIds: ids });
    await Promise.all([settled(large.url(video(0x1000))), valueOf(large.statuses)]);
    const links = {
      url: (id: string) => large.url(id),
      "url of an id that is an output": (id: string) => large.url(pulumi.output(id)),
      "url of a secret id": (id: string) => large.url(pulumi.secret(id)),
      statuses: (id: string) => large.statuses.apply((all) => all[id]?.default as string),
      failures: (id: string) => large.failures.apply((all) => all[id]?.default ?? ""),
    };
    for (const [name, link] of Object.entries(links)) {
      const visited = await keysVisited(() => Promise.all(ids.map((id) => settled(link(id)))));
      // Through all three tables it would be more than a thousand keys for each link.
      expect(visited / ids.length, name).to.be.lessThan(20);
    }
  });

  it("a link depends on the library and on what the id comes from, is secret as soon as one of them is, and unknown while one is", async () => {
    type Inner<T> = {
      resources(): Set<unknown>;
      allResources(): Promise<Set<unknown>>;
      isKnown: Promise<boolean>;
    } & pulumi.Output<T>;
    const other = new StreamDownloads("other", { videoIds: [video(0xc)] });
    const id = other.accountId.apply(() => video(0xa));
    for (const [given, resources] of [
      [video(0xa), [library]],
      [id, [library, other]],
      [pulumi.secret(video(0xa)), [library]],
    ] as const) {
      const link = library.url(given) as Inner<string>;
      expect([...(await link.allResources())]).to.have.members(resources);
      expect([...link.resources()]).to.have.members(resources);
      expect(await pulumi.isSecret(link)).to.equal(typeof given !== "string" && given !== id);
      expect(await link.isKnown).to.equal(true);
    }
    const url = { [video(0xa)]: { default: "https://a/default.mp4" } };
    const tables = {
      urls: pulumi.output(url),
      statuses: pulumi.output({}),
      failures: pulumi.output({}),
    } as unknown as Pick<StreamDownloads, "urls" | "statuses" | "failures">;
    const linkIn = (changed: object) => {
      const all = { ...tables, ...changed };
      const link = { library: "library", urls: all.urls, videoId: video(0xa), type: "default" } as const;
      return urlOf(fileFinder(all), link) as Inner<string>;
    };
    expect(await pulumi.isSecret(linkIn({}))).to.equal(false);
    const unknown = pulumi.output(pulumi.unknown) as unknown;
    for (const name of Object.keys(tables)) {
      expect(await pulumi.isSecret(linkIn({ [name]: pulumi.secret(tables[name as "urls"]) })), name).to.equal(true);
      expect(await linkIn({ [name]: unknown }).isKnown, name).to.equal(false);
    }
    expect(await (library.url(unknown as string) as Inner<string>).isKnown).to.equal(false);
    expect(await settled(library.url(pulumi.secret(video(3))))).to.contain("a video whose id is secret");
    const secretTable = linkIn({ urls: pulumi.secret({}) });
    expect(await settled(secretTable))
      .to.contain("a video whose id is secret")
      .and.not.contain(video(0xa));
  });
});

/** How many keys of objects are visited meanwhile: Pulumi walks through what it makes an output of with `Object.keys`. */
async function keysVisited(run: () => Promise<unknown>): Promise<number> {
  const original = Object.keys.bind(Object);
  let visited = 0;
  Object.keys = (value: object) => {
    const keys = original(value);
    visited += keys.length;
    return keys;
  };
  try {
    await run();
  } finally {
    Object.keys = original;
  }
  return visited;
}

describe("videoIds and types of a StreamDownloads", () => {
  before(() => pulumi.runtime.setMocks(streamDownloadMocks({ check: false })));

  it("videoIds and types of a StreamDownloads are what the program declares, however it does, once each and in its order", async () => {
    const [a, b] = [video(0xa), video(0xb)];
    const all: readonly [StreamDownloadsArgs, string[], string[]][] = [
      [{ videoIds: [b, ` ${a.toUpperCase()}`] }, [b, a], ["default"]],
      [
        { videoIds: pulumi.output([b, a]), types: ["audio", pulumi.output("default" as const)] },
        [b, a],
        ["audio", "default"],
      ],
      [{ videoIds: [], types: ["audio"] }, [], ["audio"]],
      [{ downloads: [{ videoId: b, type: "audio" }, { videoId: a }, { videoId: b }] }, [b, a], ["audio", "default"]],
      [{ downloads: pulumi.output([{ videoId: a, type: "audio" }]) } as never, [a], ["audio"]],
      [{ downloads: 7 } as never, [], []],
    ];
    for (const [n, [args, videoIds, types]] of all.entries()) {
      const library = new StreamDownloads(`library${n}`, args);
      expect(await valueOf(library.videoIds), String(n)).to.deep.equal(videoIds);
      expect(await valueOf(library.types), String(n)).to.deep.equal(types);
    }
  });

  it("videoIds of a StreamDownloads are as secret as the argument, and make what uses them depend on the library", async () => {
    const library = new StreamDownloads("secret", { videoIds: pulumi.secret([video(1)]) });
    expect(await pulumi.isSecret(library.videoIds)).to.equal(true);
    expect(await pulumi.isSecret(library.types)).to.equal(false);
    const { allResources } = library.types as unknown as { allResources(): Promise<Set<unknown>> };
    expect([...(await allResources())]).to.include(library);
  });
});
