import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { getStreamDownloadsOutput, StreamDownload, StreamDownloads } from "../../../src";
import { PROVIDER_STRING } from "../../../src/program/providerString";
import { video } from "../../support/ids";

const known = <T>(output: pulumi.Output<T>): Promise<T> => new Promise((resolve) => output.apply(resolve));

describe("a StreamDownload under Pulumi's mocks", () => {
  const seen: pulumi.runtime.MockResourceArgs[] = [];
  before(async () => {
    await pulumi.runtime.setMocks({
      newResource: (args) => {
        seen.push(args);
        return { id: "the/id", state: { ...args.inputs, status: "ready", url: "https://example.com/default.mp4" } };
      },
      call: (args) => args.inputs,
    });
  });

  it("a StreamDownload under mocks registers its type, the constant provider and its URN, and passes every argument on", async () => {
    const typo = { typo: 1 } as object;
    const resource = new StreamDownload("a", { videoId: video(1), ...typo });
    expect(await known(resource.url)).to.equal("https://example.com/default.mp4");
    const [args] = seen;
    expect(args?.type).to.equal("pulumi-nodejs:dynamic/streamDownload:StreamDownload");
    expect(args?.inputs).to.deep.include({
      videoId: video(1),
      typo: 1,
      __provider: PROVIDER_STRING,
    });
    expect(args?.inputs.__urn).to.match(/::pulumi-nodejs:dynamic\/streamDownload:StreamDownload::a$/);
  });

  it("a StreamDownload under mocks is recognised as an instance, and nothing else is", () => {
    expect(StreamDownload.isInstance(new StreamDownload("b", { videoId: video(2) }))).to.equal(true);
    for (const other of [undefined, null, {}, new pulumi.ComponentResource("x:y:Z", "c")]) {
      expect(StreamDownload.isInstance(other)).to.equal(false);
    }
  });

  it("a resource with the option import is refused in one line, since Pulumi would end with a stack trace", () => {
    // The types refuse the option itself, and let it through in a variable of Pulumi's own type.
    const opts: pulumi.CustomResourceOptions = { import: `${"a".repeat(32)}/${video(1)}/default` };
    for (const declare of [
      () => new StreamDownload("imported", { videoId: video(1) }, opts),
      () => new StreamDownloads("imported", { videoIds: [video(1)] }, opts),
    ])
      expect(declare).to.throw(pulumi.RunError, /^the resource "imported": the option import does not work/);
  });

  it("a time limit is a duration as Go parses it and not negative, and any other is refused in one line", () => {
    let count = 0;
    const declare = (create: string) => () =>
      new StreamDownload(`limited-${++count}`, { videoId: video(1) }, { customTimeouts: { create } });
    const units = ["250us", "250\u00b5s", "250\u03bcs", "2000000ns", "5ms", "90s", "720h"];
    for (const limit of [...units, "1h30m", "1.5h", ".5s", "1.s", "+2m", "0", "0s", "-0", "-0.0s", "+0"])
      expect(declare(limit), limit).to.not.throw();
    const others = [" ", "ten", "1", "1d", "h", ".s", "1h 30m", " 1h", "1h\n", "1e3s", "--1s", "-1s", "-0.5m", "-0h1s"];
    for (const limit of others)
      expect(declare(limit), limit).to.throw(
        pulumi.RunError,
        `customTimeouts.create must be a duration such as "30m" or "1h30m"; got ${JSON.stringify(limit)}`,
      );
  });

  it("a provider of another package is refused in one line that names the option and the way out, and a component may have it", () => {
    class Provider extends pulumi.ProviderResource {}
    const provider = new Provider("cloudflare", "cf", {});
    const way =
      'the option provider is a provider of "cloudflare", which does not know this resource. Leave it out, or';
    for (const [whose, declare] of [
      ['the resource "a"', () => new StreamDownload("a", { videoId: video(1) }, { provider })],
      ['the resource "a"', () => StreamDownload.get("a", `${"a".repeat(32)}/${video(1)}/default`, { provider })],
      ['the resource "a"', () => new StreamDownloads("a", { videoIds: [video(1)] }, { provider })],
      ["getStreamDownloadsOutput", () => getStreamDownloadsOutput({ videoId: video(1) }, { provider })],
    ] as const) {
      expect(declare).to.throw(pulumi.RunError, `${whose}: ${way}`);
    }
    const own = new Provider("pulumi-nodejs", "own", {});
    const parent = new pulumi.ComponentResource("acme:media:Group", "group", {}, { providers: [provider, own] });
    new StreamDownload("below", { videoId: video(3) }, { parent });
    new StreamDownload("with-its-own", { videoId: video(4) }, { provider: own });
  });
});
