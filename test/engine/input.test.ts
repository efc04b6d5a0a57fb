import { expect } from "chai";
import { ACCOUNT, TOKEN, video } from "../support/ids";
import { Fixture } from "./fixture";

describe("bad input on the real engine", () => {
  const fixture = new Fixture();
  const withArgs = (args: string) => `new StreamDownload("a", ${args});`;

  it("fails in the preview with the property's path, and asks nothing of the API", async () => {
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
    expect(emulator.requests).to.have.length(0);
  });

  it("fails in the preview when two resources declare the same download", async () => {
    const emulator = await fixture.emulator();
    const stack = await fixture.stack(
      emulator,
      `${withArgs(`{ videoId: "${video(1)}" }`)} new StreamDownload("b", { videoId: "${video(1)}" });`,
    );
    const run = await stack.run("preview");
    expect(run.code).to.not.equal(0);
    expect(run.text).to.match(/declared by the resource "[ab]" already/);
  });

  it("previews without credentials and account, and names both ways to give them when it comes to creating", async () => {
    const emulator = await fixture.emulator();
    const none = { CLOUDFLARE_API_TOKEN: undefined, CLOUDFLARE_ACCOUNT_ID: undefined };
    const stack = await fixture.stack(emulator, withArgs(`{ videoId: "${video(1)}" }`), { env: none });
    const preview = await stack.mustRun("preview");
    expect(preview.text)
      .to.contain("No Cloudflare credentials: compared with the state only; look-ups are unknown")
      .and.contain("no Cloudflare credentials were given");
    const withoutAccount = await stack.up();
    expect(withoutAccount.text).to.contain("cloudflare-stream:accountId").and.contain("CLOUDFLARE_ACCOUNT_ID");
    await stack.mustRun("config", "set", "cloudflare-stream:accountId", "c".repeat(32));
    const withoutToken = await stack.up();
    expect(withoutToken.code).to.not.equal(0);
    expect(withoutToken.text).to.contain("cloudflare:apiToken").and.contain("CLOUDFLARE_API_TOKEN");
    await stack.mustRun("config", "set", "cloudflare:email", "me@example.com");
    expect((await stack.up()).text).to.contain("cloudflare:email is given without cloudflare:apiKey");
    await stack.mustRun("config", "set", "--secret", "cloudflare:apiKey", "0123456789abcdef");
    await stack.mustUp();
    expect(await stack.export()).to.not.contain("0123456789abcdef");
  });

  it("previews look-ups without credentials as unknown, says so once, and says nothing where there are credentials", async () => {
    const emulator = await fixture.emulator();
    emulator.setDownload(video(1), "default", { status: "ready", percent: 100 });
    const body = `const looked = StreamDownload.get("looked", "${ACCOUNT}/${video(1)}/default");
      const found = getStreamDownloadsOutput({ videoId: "${video(1)}" });
      new StreamDownload("made", { videoId: "${video(2)}" });
      exports.url = looked.url;
      exports.status = found.apply((all) => all.default.status);`;
    const stack = await fixture.stack(emulator, body);
    const without = { ...stack.env };
    delete stack.env.CLOUDFLARE_API_TOKEN;
    const { diagnostics } = JSON.parse((await stack.mustRun("preview", "--json")).stdout) as {
      diagnostics: { message: string }[];
    };
    expect(diagnostics.filter(({ message }) => message.includes("No Cloudflare credentials"))).to.have.length(1);
    expect(emulator.requests).to.deep.equal([]);
    Object.assign(stack.env, without);
    const full = await stack.mustRun("preview");
    expect(full.text).to.not.contain("No Cloudflare credentials");
    await stack.mustUp();
    expect(await stack.outputs()).to.have.property("status", "ready");
  });

  it("shows an API error's words, code, ray id and a next step, without a stack trace", async () => {
    const emulator = await fixture.emulator({ tokens: ["another-token"] });
    const stack = await fixture.stack(emulator, withArgs(`{ videoId: "${video(1)}" }`));
    const run = await stack.up();
    expect(run.code).to.not.equal(0);
    expect(run.text)
      .to.contain("Invalid API Token [code: 1000]")
      .and.match(/\(ray [0-9a-f]{16}-EMU\)/);
    expect(run.text).to.contain("The credentials are not valid");
    expect(run.text).to.not.match(/^\s+at /m);
    expect(run.text).to.not.contain(TOKEN);
  });

  it("says at once why a video can never be downloaded", async () => {
    const emulator = await fixture.emulator({ strict: true });
    emulator.addVideo({
      videoId: video(2),
      state: "error",
      errorReason: "The file was not recognized as a valid video",
    });
    emulator.addVideo({ videoId: video(3), state: "live-inprogress" });
    const stack = await fixture.stack(
      emulator,
      [1, 2, 3].map((n) => `new StreamDownload("v${n}", { videoId: "${video(n)}" });`).join("\n"),
    );
    const run = await stack.up();
    expect(run.code).to.not.equal(0);
    expect(run.text).to.contain(`there is no video ${video(1)}`);
    expect(run.text).to.contain("could not be encoded: The file was not recognized as a valid video");
    expect(run.text).to.contain("is a live stream in progress");
    expect(await stack.resources()).to.deep.equal([]);
  });
});
