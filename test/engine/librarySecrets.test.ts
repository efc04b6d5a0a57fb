import { expect } from "chai";
import { video } from "../support/ids";
import { Fixture } from "./fixture";

describe("the secret ids of a StreamDownloads, on the real engine", () => {
  const fixture = new Fixture();
  const ids = [0xabcdef01, 0xabcdef02, 0xabcdef03].map(video);
  const [first = "", second = "", third = ""] = ids;
  const program = (args: string) =>
    `const { StreamDownloads } = require("pulumi-cloudflare-stream-downloads");
     const all = new StreamDownloads("all", { ${args}, onFailure: "warn" });
     exports.urls = all.urls; exports.statuses = all.statuses; exports.failures = all.failures;
     exports.url = all.url(pulumi.secret("${first}"));\n`;
  const LISTED = `videoIds: pulumi.secret(${JSON.stringify([first, third])})`;
  const SINGLY = `downloads: [{ videoId: pulumi.secret("${first}") }, { videoId: pulumi.output("${second}") }]`;

  it("the secret ids of a library are in no log, no clear text of the state, and no output, whatever happens to the videos", async () => {
    const emulator = await fixture.emulator({ strict: true });
    for (const videoId of [first, second]) emulator.addVideo({ videoId });
    const stack = await fixture.stack(emulator, program(LISTED));
    const texts: string[] = [];
    const run = async (...args: string[]) => texts.push((await stack.mustRun(...args)).text);
    const shown = async () => {
      texts.push((await stack.mustRun("stack", "output", "--json")).text, await stack.export());
      expect((await stack.mustRun("stack", "output", "url", "--show-secrets")).stdout).to.contain(first);
    };
    await run("preview", "--diff");
    await run("up", "--yes", "--skip-preview", "--diff");
    expect(texts.join()).to.contain("1 of 2 failed").and.contain("The output `failures` names them");
    await shown();
    emulator.setDownload(first, "default", undefined);
    await run("refresh", "--yes", "--diff");
    await run("preview", "--diff");
    await run("up", "--yes", "--skip-preview", "--diff");
    stack.program(program(SINGLY));
    await run("preview", "--diff");
    expect(texts.at(-1)).to.contain("1 to add").and.not.contain("(000");
    await run("up", "--yes", "--skip-preview", "--diff");
    await shown();
    await run("up", "--yes", "--skip-preview", "--expect-no-changes");
    emulator.injectFault({ kind: "status", status: 403, operation: "listDownloads", times: 9 });
    texts.push((await stack.run("refresh", "--yes", "--skip-preview")).text);
    emulator.clearFaults();
    stack.program(program(`videoIds: [pulumi.secret("${first}x")]`));
    texts.push((await stack.run("preview")).text);
    expect(texts.at(-1)).to.contain("what was given is secret");
    await run("destroy", "--yes", "--diff");
    for (const [n, text] of texts.entries()) {
      for (const videoId of ids) expect(text, `text ${n}`).to.not.contain(videoId);
    }
    expect(emulator.files()).to.deep.equal([]);
  });
});
