import { execFileSync } from "node:child_process";
import { expect } from "chai";
import { OTHER_ACCOUNT, TOKEN, video } from "../support/ids";
import { Fixture, FOREVER_MS } from "./fixture";
import { providerPid } from "./processes";

describe("secrets on the real engine", () => {
  const fixture = new Fixture();

  it("a token rotated since the last update does not keep refresh and destroy from working", async () => {
    const options = { tokens: ["stale-token-1234"] };
    const emulator = await fixture.emulator(options);
    const one = `new StreamDownload("a", { videoId: "${video(1)}" });`;
    const stack = await fixture.stack(emulator, one, { env: { CLOUDFLARE_API_TOKEN: undefined } });
    await stack.config({}, { "cloudflare:apiToken": "stale-token-1234" });
    await stack.mustUp();
    options.tokens.splice(0, 1, "fresh-token-5678");
    expect((await stack.run("refresh", "--yes", "--skip-preview")).text).to.contain("Invalid API Token");
    stack.env.CLOUDFLARE_API_TOKEN = "fresh-token-5678";
    await stack.mustRun("refresh", "--yes", "--skip-preview");
    await stack.mustRun("destroy", "--yes", "--skip-preview");
    expect(emulator.files()).to.deep.equal([]);
  });

  it("two accounts each use their own token, no token is in the state or in a process's arguments, and only a secret videoId yields a secret url", async () => {
    const emulator = await fixture.emulator({ tokens: [TOKEN, "other-token-1234"], encodingMs: FOREVER_MS });
    const stack = await fixture.stack(
      emulator,
      `const provider = new pulumi.ProviderResource("pulumi-nodejs", "other", { "cloudflare:apiToken": pulumi.secret("other-token-1234") });
       new StreamDownload("other", { videoId: "${video(3)}", accountId: "${OTHER_ACCOUNT}" }, { provider });
       exports.hidden = new StreamDownload("hidden", { videoId: pulumi.secret("${video(1)}") }).url;
       exports.shown = new StreamDownload("shown", { videoId: pulumi.output("${video(2)}") }).url;`,
    );
    const run = stack.start("up", "--yes", "--skip-preview");
    const declared = [1, 2, 3].map((n) => `${video(n)}/default`);
    await run.until(() => emulator.files().length === declared.length);
    const all = execFileSync("ps", ["-eo", "pid,args"], { encoding: "utf8" });
    expect(all)
      .to.contain(String(providerPid(run.child.pid)))
      .and.not.contain(TOKEN)
      .and.not.contain("other-token-1234");
    emulator.clock.advance(FOREVER_MS);
    const { code, text } = await run.done;
    expect(code, text).to.equal(0);
    expect(emulator.files()).to.deep.equal(declared);

    expect(await stack.export())
      .to.not.contain("other-token-1234")
      .and.not.contain(TOKEN);
    const output = async (...flags: string[]) =>
      JSON.parse((await stack.mustRun("stack", "output", "--json", ...flags)).stdout) as Record<string, string>;
    const shown = await output();
    expect(shown.hidden).to.equal("[secret]");
    expect(shown.shown).to.match(/default\.mp4$/);
    expect((await output("--show-secrets")).hidden).to.contain(video(1));
    const urls = (await stack.resources()).map(({ outputs }) => outputs?.url);
    expect(JSON.stringify(urls)).to.contain(video(2)).and.not.contain(video(1));
    await stack.mustUp("--expect-no-changes");
    await stack.mustRun("destroy", "--yes", "--skip-preview");
    expect(emulator.files()).to.deep.equal([]);
  });
});
