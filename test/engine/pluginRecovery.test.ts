import { expect } from "chai";
import { ACCOUNT, TOKEN, video } from "../support/ids";
import { Fixture, FOREVER_MS, writes } from "./fixture";
import { CLASSES } from "./pluginPrograms";

describe("the plugin and what does not go to plan", () => {
  const fixture = new Fixture();
  const download = (name: string, n: number, opts = "{}") =>
    `exports.${name} = new PluginDownload("${name}", { videoId: "${video(n)}" }, ${opts}).url;\n`;

  it("the plugin keeps what exists after Ctrl-C, a time limit and a failure in a library, and goes on from there", async () => {
    const emulator = await fixture.emulator({ encodingMs: FOREVER_MS });
    emulator.setDownload(video(3), "default", { status: "ready", percent: 100 });
    emulator.injectFault({ kind: "status", status: 403, videoId: video(4) });
    const stack = await fixture.stack(
      emulator,
      `${CLASSES} ${download("slow", 1)} ${download("limited", 2, '{ customTimeouts: { create: "1s" } }')}
       new PluginLibrary("library", { videoIds: ["${video(3)}", "${video(4)}"], waitForReady: false });`,
    );
    const running = stack.start("up", "--yes", "--skip-preview", "--continue-on-error");
    const hasFailed = (name: string) =>
      stack.hasWritten((all) =>
        all.some(({ urn, initErrors }) => urn.endsWith(`::${name}`) && initErrors !== undefined),
      );
    await running.until(
      () => emulator.generations(video(1), "default") === 1 && hasFailed("limited") && hasFailed("library"),
    );
    process.kill(running.child.pid ?? 0, "SIGINT");
    const { code, text } = await running.done;
    expect(code).to.not.equal(0);
    for (const reason of ["cancelled while waiting", "the time limit of 1s is over", "1 of 2 failed"])
      expect(text).to.contain(reason);
    const states = (await stack.resources()).map(({ urn, outputs }) => [urn.split("::").pop(), outputs?.status]);
    expect(Object.fromEntries(states)).to.include({ slow: "inprogress", limited: "inprogress" });
    emulator.clock.advance(FOREVER_MS);
    await stack.mustUp();
    expect(await stack.outputs())
      .to.have.property("slow")
      .that.contains(video(1));
    expect(writes(emulator, video(1)), "it was requested once").to.deep.equal(["POST default"]);
    const library = (await stack.resources()).find(({ type }) => type.endsWith("StreamDownloads"));
    expect(library?.outputs).to.have.nested.property(`urls.${video(3)}.default`);
  });

  it("the plugin keeps secrets secret, and serves two accounts with a provider each", async () => {
    const emulator = await fixture.emulator();
    const stack = await fixture.stack(
      emulator,
      `${CLASSES}
       const other = new pulumi.ProviderResource("cloudflare-stream", "other", { apiToken: "${TOKEN}", baseUrl: "${emulator.baseUrl}", accountId: "${ACCOUNT}" });
       const secretId = pulumi.secret("${video(1)}");
       exports.hidden = new PluginDownload("hidden", { videoId: secretId }, { provider: other }).url;
       exports.urls = new PluginLibrary("library", { videoIds: [pulumi.secret("${video(2)}")] }).urls;`,
      { env: { CLOUDFLARE_API_TOKEN: undefined, CLOUDFLARE_ACCOUNT_ID: undefined } },
    );
    await stack.config({ "cloudflare-stream:accountId": ACCOUNT }, { "cloudflare-stream:apiToken": TOKEN });
    await stack.mustUp();
    const state = await stack.export();
    for (const secret of [TOKEN, "downloads/default.mp4"]) expect(state).to.not.contain(secret);
    const { hidden, urls } = (await stack.outputs()) as { hidden: string; urls: object };
    expect(hidden).to.contain(video(1));
    expect(urls).to.have.nested.property(`${video(2)}.default`);
    await stack.mustUp("--expect-no-changes");
  });
});

describe("a move from one host to the other", () => {
  const fixture = new Fixture();

  it("a move from the dynamic provider to the plugin, and back, keeps every file", async () => {
    const emulator = await fixture.emulator();
    const dynamic = `new StreamDownload("one", { videoId: "${video(1)}" });
      const { StreamDownloads } = require("pulumi-cloudflare-stream-downloads");
      new StreamDownloads("many", { videoIds: ["${video(2)}", "${video(3)}"] });`;
    const plugin = `${CLASSES} new PluginDownload("one", { videoId: "${video(1)}" });
      new PluginLibrary("many", { videoIds: ["${video(2)}", "${video(3)}"] });`;
    const stack = await fixture.stack(emulator, dynamic);
    await stack.mustUp();
    const files = emulator.files();
    const sent = writes(emulator).length;
    for (const program of [plugin, dynamic]) {
      stack.program(program);
      await stack.mustUp();
      expect(emulator.files()).to.deep.equal(files);
      expect(await stack.resources()).to.have.lengthOf(2);
    }
    expect(writes(emulator), "nothing was generated or deleted").to.have.lengthOf(sent);
    await stack.mustRun("destroy", "--yes", "--skip-preview");
    expect(emulator.files()).to.deep.equal([]);
  });
});
