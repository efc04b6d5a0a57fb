import { expect } from "chai";
import type { Emulator } from "../../packages/emulator/src";
import { TOKEN } from "../support/ids";
import { FOREVER_MS, Fixture, writes } from "./fixture";
import { eachHost, type Host, HOSTS, onBothHosts } from "./hosts";
import type { Stack } from "./stack";

/** The videos of each host. */
const [READY, EXISTING, ENCODING, SECRET, MISSING, SECRET_MISSING, OTHER] = [1, 2, 3, 4, 5, 6, 7];

describe("what a preview on the real engine finds at Cloudflare", () => {
  const fixture = new Fixture("suite");
  let emulator: Emulator;
  let stack: Stack;
  const secret = (host: Host, n: number) => `pulumi.secret("${host.video(n)}")`;
  const library = (host: Host, ...numbers: number[]) =>
    host.library("library", `videoIds: ${JSON.stringify(numbers.map((n) => host.video(n)))}`);
  const all = (host: Host) =>
    host.download("ready", READY) +
    host.download("existing", EXISTING) +
    `const group = new pulumi.ComponentResource("acme:media:Group", "${host.named("group")}");` +
    host.download("encoding", ENCODING, "", "{ parent: group }") +
    host.download("missing", MISSING) +
    `new ${host.name}.StreamDownload("${host.named("secret")}", { videoId: ${secret(host, SECRET)} });
     new ${host.name}.StreamDownloads("${host.named("secrets")}", { videoIds: [${secret(host, SECRET_MISSING)}] });\n` +
    library(host, OTHER);
  before(async () => {
    emulator = await fixture.emulator({ strict: true, tokens: [TOKEN] });
    for (const host of HOSTS) {
      for (const n of [READY, EXISTING, SECRET, OTHER]) emulator.addVideo({ videoId: host.video(n) });
      emulator.addVideo({ videoId: host.video(ENCODING), state: "inprogress", readyAfterMs: FOREVER_MS });
      emulator.setDownload(host.video(EXISTING), "default", { status: "ready", percent: 100 });
    }
    stack = await fixture.stack(emulator, onBothHosts(all));
  });
  /** What is said of each download. */
  const expectAll = (text: string) =>
    eachHost((host) => {
      expect(text).to.contain(`video ${host.video(READY)} is ready: \`pulumi up\` generates the MP4`);
      expect(text).to.contain(`the MP4 of video ${host.video(EXISTING)} exists already`);
      expect(text).to.match(
        new RegExp(`video ${host.video(ENCODING)} itself is not ready \\(video encoding \\d+%\\): .pulumi up. waits`),
      );
      expect(text).to.contain(
        `warning: there is no video ${host.video(MISSING)} in this account, so \`pulumi up\` will`,
      );
      expect(text).to.contain("`pulumi up` will fail: 1 whose video is not in this account\n");
    });
  const preview = async (...args: string[]) => {
    emulator.clearRequests();
    return stack.mustRun("preview", ...args);
  };

  it("a preview says in the rows, in --diff and in --json what becomes of each download, and no secret id", async () => {
    const { text } = await preview();
    await expectAll(text);
    await eachHost((host) => {
      expect(host.linesAbout("secret", text)).to.contain("the video is ready");
      for (const n of [SECRET, SECRET_MISSING]) expect(text).to.not.contain(host.video(n));
    });
    expect(writes(emulator)).to.deep.equal([]);
    // An existing one takes one request, each of the others two.
    expect(emulator.requests).to.have.length(HOSTS.length * 13);
    await expectAll((await preview("--diff")).text);
    const { diagnostics } = JSON.parse((await preview("--json")).stdout) as { diagnostics: { message: string }[] };
    await expectAll(diagnostics.map(({ message }) => message).join(""));
  });

  it("a preview with a token that is refused says so in one line, and succeeds", async () => {
    const { CLOUDFLARE_API_TOKEN: token } = stack.env;
    stack.env.CLOUDFLARE_API_TOKEN = "refused";
    const { text } = await preview();
    stack.env.CLOUDFLARE_API_TOKEN = token;
    // Each host has a process of its own.
    expect(text.match(/^ *Nothing was checked at Cloudflare: Cloudflare responded with 40\d/gm)).to.have.length(2);
    expect(text).to.not.match(/is ready|Not everything/);
  });

  it("a preview to whose requests nobody responds ends all the same, and says in one line that it waited 5 s", async () => {
    emulator.injectFault({ kind: "hang", times: 99 });
    const { text } = await preview();
    emulator.clearFaults();
    expect(text.match(/^ *Nothing was checked at Cloudflare: a preview waits at most 5s for that$/gm)).to.have.length(
      2,
    );
    expect(text)
      .to.contain("17 to create")
      .and.not.match(/is ready|Not everything/);
    expect(emulator.requests).to.have.length(2);
  });

  it("a preview checks nothing where the configuration or the provider's argument says so", async () => {
    await stack.config({ "cloudflare-stream:previewChecks": "false" });
    expect((await preview()).text).to.not.match(/is ready|exists already|checked at/);
    expect(emulator.requests).to.deep.equal([]);
    await stack.mustRun("config", "rm", "cloudflare-stream:previewChecks");
    stack.program(
      onBothHosts(
        (host) => host.provider("own", "previewChecks: false") + host.download("a", READY, "", "{ provider: own }"),
      ) +
        `new dynamic.StreamDownload("typed", { videoId: "${HOSTS[0]?.video(MISSING)}" },
             { provider: new dynamic.StreamProvider("typed", { previewChecks: false }) });`,
    );

    expect((await preview()).text).to.not.match(/is ready|there is no video/);
    expect(emulator.requests).to.deep.equal([]);
  });

  it("the preview of an update says it too, and one without a change sends nothing", async () => {
    const program = onBothHosts((host) => host.download("ready", READY) + library(host, OTHER));
    stack.program(program);
    const { text } = await stack.mustRun("up", "--yes");
    await eachHost((host) => {
      expect(text).to.contain(`video ${host.video(READY)} is ready: \`pulumi up\` generates the MP4`);
      expect(text.match(/1 checked at Cloudflare: 1 to generate/g)?.length).to.be.at.least(2);
    });
    await preview("--expect-no-changes");
    expect(emulator.requests).to.deep.equal([]);
  });

  it("a preview says what a replacement and a library that gives a file up cost, and checks only what is new", async () => {
    stack.program(onBothHosts((host) => host.download("ready", EXISTING) + library(host, SECRET)));
    const { text } = await preview("--diff");
    await eachHost((host) => {
      expect(text).to.contain(`the MP4 of video ${host.video(EXISTING)} exists already: it is not generated again`);
      expect(text).to.contain(`1 to remove (${host.file(OTHER)}) at the end of the update, so that their URLs`);
    });
    expect(text.match(/replaced: the file that it has now is deleted and its URL stops working/g)).to.have.length(2);
    expect(text.match(/^1 checked at Cloudflare: 1 to generate$/gm)).to.have.length(2);
    expect(emulator.requests).to.have.length(6);
  });
});
