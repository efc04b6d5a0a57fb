import { expect } from "chai";
import { ACCOUNT, TOKEN, video } from "../support/ids";
import { Fixture } from "./fixture";

describe("bad input on the real engine", () => {
  const fixture = new Fixture();
  const withArgs = (args: string) => `new StreamDownload("a", ${args});`;

  it("the provider fails in the preview with the property's path, also where two resources declare the same download, and sends no request", async () => {
    const emulator = await fixture.emulator();
    const stack = await fixture.stack(
      emulator,
      withArgs('{ videoId: "../zone", type: "gif", accountId: "x", waitForReady: 1, typo: 1 }'),
    );
    const run = await stack.run("preview");
    expect(run.code).to.not.equal(0);
    for (const property of ["videoId", "type", "accountId", "waitForReady", "typo"])
      expect(run.text).to.contain(property);
    expect(run.text).to.contain('must be "default" (MP4) or "audio" (M4A); got "gif"');
    stack.program(`for (const name of ["b", "c"]) new StreamDownload(name, { videoId: "${video(1)}" });`);
    const twice = await stack.run("preview");
    expect(twice.code).to.not.equal(0);
    expect(twice.text).to.match(/declared by the resource "[bc]" already/);
    expect(emulator.requests).to.have.length(0);
  });

  it("the provider previews without credentials and account, with look-ups as unknown, says so once, and names both ways to give them when it comes to creating", async () => {
    const emulator = await fixture.emulator();
    emulator.setDownload(video(1), "default", { status: "ready", percent: 100 });
    const one = `new StreamDownload("made", { videoId: "${video(2)}" });\n`;
    const lookUps = `${one} const looked = StreamDownload.get("looked", "${ACCOUNT}/${video(1)}/default");
      const found = getStreamDownloadsOutput({ videoId: "${video(1)}", accountId: "${ACCOUNT}" });
      exports.url = looked.url;
      exports.status = found.apply((all) => all.default.status);`;
    const none = { CLOUDFLARE_API_TOKEN: undefined, CLOUDFLARE_ACCOUNT_ID: undefined };
    const stack = await fixture.stack(emulator, lookUps, { env: none });
    const { diagnostics } = JSON.parse((await stack.mustRun("preview", "--json")).stdout) as {
      diagnostics: { message: string }[];
    };
    const said = diagnostics.filter(({ message }) => message.includes("No Cloudflare credentials"));
    expect(said).to.have.length(1);
    expect(said[0]?.message)
      .to.contain("No Cloudflare credentials: compared with the state only; look-ups are unknown")
      .and.contain("no Cloudflare credentials were given");
    expect(emulator.requests).to.deep.equal([]);

    stack.program(one);
    const withoutAccount = await stack.up();
    expect(withoutAccount.text).to.contain("cloudflare-stream:accountId").and.contain("CLOUDFLARE_ACCOUNT_ID");
    await stack.config({ "cloudflare-stream:accountId": "c".repeat(32) });
    const withoutToken = await stack.up();
    expect(withoutToken.code).to.not.equal(0);
    expect(withoutToken.text).to.contain("cloudflare:apiToken").and.contain("CLOUDFLARE_API_TOKEN");
    await stack.config({ "cloudflare:email": "me@example.com" });
    expect((await stack.up()).text).to.contain("cloudflare:email is given without cloudflare:apiKey");
    await stack.config({}, { "cloudflare:apiKey": "0123456789abcdef" });

    stack.program(lookUps);
    expect((await stack.mustRun("preview")).text).to.not.contain("No Cloudflare credentials");
    await stack.mustUp();
    expect(await stack.outputs()).to.have.property("status", "ready");
    expect(await stack.export()).to.not.contain("0123456789abcdef");
  });

  it("the provider shows an API error's words, code, ray id and a next step, without a stack trace, and says at once why a video can never be downloaded", async () => {
    const emulator = await fixture.emulator({ strict: true, tokens: [TOKEN] });
    emulator.addVideo({
      videoId: video(2),
      state: "error",
      errorReason: "The file was not recognized as a valid video",
    });
    emulator.addVideo({ videoId: video(3), state: "live-inprogress" });
    emulator.addVideo({ videoId: video(4) });
    const stack = await fixture.stack(
      emulator,
      `const [good, bad] = ["${TOKEN}", "another-token"].map(
         (token, n) => new pulumi.ProviderResource("pulumi-nodejs", "p" + n, { "cloudflare:apiToken": token }));
       new StreamDownload("v4", { videoId: "${video(4)}" }, { provider: bad });
       for (const videoId of ${JSON.stringify([1, 2, 3].map(video))})
         new StreamDownload("v" + videoId, { videoId }, { provider: good });`,
      { env: { CLOUDFLARE_API_TOKEN: undefined } },
    );
    // Each is to be tried, whichever fails first.
    const run = await stack.up("--continue-on-error");
    expect(run.code).to.not.equal(0);
    expect(run.text)
      .to.contain("Invalid API Token [code: 1000]")
      .and.match(/\(ray [0-9a-f]{16}-EMU\)/);
    expect(run.text).to.contain("The credentials are not valid");
    expect(run.text).to.contain(`there is no video ${video(1)}`);
    expect(run.text).to.contain("could not be encoded: The file was not recognized as a valid video");
    expect(run.text).to.contain("is a live stream in progress");
    expect(run.text).to.not.match(/^\s+at /m);
    expect(run.text).to.not.contain(TOKEN).and.not.contain("another-token");
    expect(await stack.resources()).to.deep.equal([]);
  });
});
