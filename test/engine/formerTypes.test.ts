import { readFileSync, writeFileSync } from "node:fs";
import { expect } from "chai";
import type { Emulator } from "../../packages/emulator/src";
import { ACCOUNT, TOKEN, video } from "../support/ids";
import { Fixture, writes } from "./fixture";
import { stateFile } from "./newStack";
import type { Stack } from "./stack";

const FORMER = "pulumi-nodejs:dynamic/cloudflare-stream:";
const NOW = /pulumi-nodejs:dynamic\/(streamDownloads?|lookUps):/g;

/** Resources in every place. `more` are the ones that a later program has elsewhere. */
const program = (more: string) =>
  `const { StreamDownloads } = require("pulumi-cloudflare-stream-downloads");
   const single = (name, videoId, opts) => new StreamDownload(name, { videoId }, opts);
   const library = (name, ids, opts) => new StreamDownloads(name, { videoIds: ids }, opts);
   const group = (name, opts) => new pulumi.ComponentResource("acme:media:Group", name, {}, opts);
   const own = new pulumi.ProviderResource("pulumi-nodejs", "own", { "cloudflare-stream:apiToken": "${TOKEN}" });
   const within = { parent: group("within") };
   const parent = single("in-component", "${video(1)}", within);
   single("below-another", "${video(2)}", { parent });
   library("library-in-component", ["${video(3)}"], within);
   single("provided", "${video(4)}", { provider: own });
   exports.url = single("single", "${video(5)}").url;
   exports.urls = library("library", ["${video(6)}", "${video(7)}"]).urls;
   StreamDownload.get("read", "${ACCOUNT}/${video(20)}/default");
   exports.found = getStreamDownloadsOutput({ videoId: "${video(20)}" }).default?.url;
   ${more}`;

const BEFORE = program(
  `single("renamed", "${video(8)}");
   library("library-renamed", ["${video(9)}"]);
   single("by-urn", "${video(10)}");
   single("to-component", "${video(11)}");
   single("of-renamed", "${video(12)}", { parent: group("renamed-group") });
   single("without-alias", "${video(13)}");
   single("replaced", "${video(14)}");
   single("removed", "${video(15)}");`,
);

const AFTER = program(
  `single("new", "${video(8)}", { aliases: [{ name: "renamed" }] });
   library("library-new", ["${video(9)}"], { aliases: [pulumi.output({ name: "library-renamed" })] });
   single("urn", "${video(10)}", { aliases: ["urn:pulumi:dev::project::${FORMER}StreamDownload::by-urn"] });
   single("in-other", "${video(11)}", { ...within, aliases: [{ name: "to-component", parent: pulumi.rootStackResource }] });
   single("of-renamed", "${video(12)}", { parent: group("new-group", { aliases: [{ name: "renamed-group" }] }) });
   single("another-name", "${video(13)}");
   single("replaced", "${video(16)}");`,
);

describe("a state that has the resources with their former types, on the real engine", () => {
  const fixture = new Fixture("suite");
  let emulator: Emulator;
  let stack: Stack;
  const types = async () => [...new Set((await stack.resources()).map(({ type }) => type))].sort();
  const urns = async () => (await stack.resources()).map(({ urn }) => urn);
  /** Makes the state one that was written with the former types. */
  const makeFormer = async () => {
    const file = stateFile(stack.folder);
    writeFileSync(file, readFileSync(file, "utf8").replace(NOW, FORMER));
    for (const type of await types()) expect(type).to.match(/^pulumi-nodejs:dynamic\/cloudflare-stream:/);
  };

  before(async () => {
    // The worst case: another POST generates the file again.
    emulator = await fixture.emulator({ behavior: { repost: "restart" } });
    emulator.setDownload(video(20), "default", { status: "ready", percent: 100 });
    stack = await fixture.stack(emulator, BEFORE);
    await stack.mustUp("--parallel", "32");
    emulator.clearRequests();
  });

  it("an update that gives the resources their new types is none for the engine: nothing is generated, deleted or shown", async () => {
    await makeFormer();
    const preview = await stack.mustRun("preview", "--expect-no-changes");
    expect(preview.text).to.not.match(/^ [-+~]/m);
    await makeFormer();
    const { text } = await stack.mustUp("--expect-no-changes");
    expect(text).to.not.contain("the file is kept");
    expect(await types()).to.deep.equal([
      "pulumi-nodejs:dynamic/lookUps:LookUps",
      "pulumi-nodejs:dynamic/streamDownload:StreamDownload",
      "pulumi-nodejs:dynamic/streamDownloads:StreamDownloads",
    ]);
    expect(writes(emulator)).to.deep.equal([]);
  });

  it("a refresh of such a state finds every file, and finds one that was deleted", async () => {
    await makeFormer();
    await stack.mustRun("refresh", "--yes", "--skip-preview", "--expect-no-changes");
    emulator.setDownload(video(5), "default", undefined);
    await stack.mustRun("refresh", "--yes", "--skip-preview");
    expect((await urns()).join()).to.not.contain("StreamDownload::single");
    await stack.mustUp();
    expect(writes(emulator)).to.deep.equal(["POST default"]);
    emulator.clearRequests();
  });

  it("a resource of such a state that is renamed, moved or below a renamed component keeps its file, by aliases of every form and without one", async () => {
    await makeFormer();
    stack.program(AFTER);
    const { text } = await stack.mustUp();
    expect(text).to.contain('the file is kept: the resource "another-name" declares the same download');
    expect(text.match(/^ {4}the file is kept/gm)).to.have.length(1);
    const written = emulator.requests.filter(({ method }) => method !== "GET");
    expect(written.map(({ method, videoId }) => `${method} ${videoId}`).sort()).to.deep.equal([
      `DELETE ${video(14)}`,
      `DELETE ${video(15)}`,
      `POST ${video(16)}`,
    ]);
    await stack.mustUp("--expect-no-changes");
  });

  it("destroy deletes every file of such a state", async () => {
    await makeFormer();
    await stack.mustRun("destroy", "--yes", "--skip-preview");
    expect(emulator.files()).to.deep.equal([`${video(20)}/default`]);
    expect(stack.claimFiles()).to.deep.equal([]);
  });
});
