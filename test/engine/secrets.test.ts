import { execFileSync } from "node:child_process";
import { expect } from "chai";
import { OTHER_ACCOUNT, TOKEN, video } from "../support/ids";
import { until } from "../support/until";
import { Fixture } from "./fixture";
import { providerPid } from "./processes";

describe("secrets on the real engine", () => {
  const fixture = new Fixture();
  const one = `exports.url = new StreamDownload("a", { videoId: "${video(1)}" }).url;`;

  it("a token rotated since the last update does not keep refresh and destroy from working", async () => {
    const options = { tokens: ["stale-token-1234"] };
    const emulator = await fixture.emulator(options);
    const stack = await fixture.stack(emulator, one, { env: { CLOUDFLARE_API_TOKEN: undefined } });
    await stack.mustRun("config", "set", "--secret", "cloudflare:apiToken", "stale-token-1234");
    await stack.mustUp();
    options.tokens.splice(0, 1, "fresh-token-5678");
    expect((await stack.run("refresh", "--yes", "--skip-preview")).text).to.contain("Invalid API Token");
    stack.env.CLOUDFLARE_API_TOKEN = "fresh-token-5678";
    await stack.mustRun("refresh", "--yes", "--skip-preview");
    await stack.mustRun("destroy", "--yes");
    expect(emulator.files()).to.deep.equal([]);
  });

  it("two accounts by explicit providers each use their own token", async () => {
    const emulator = await fixture.emulator({ tokens: [TOKEN, "other-token-1234"] });
    const stack = await fixture.stack(
      emulator,
      `const provider = new pulumi.ProviderResource("pulumi-nodejs", "other", { "cloudflare:apiToken": pulumi.secret("other-token-1234") });
       new StreamDownload("b", { videoId: "${video(2)}", accountId: "${OTHER_ACCOUNT}" }, { provider });
       ${one}`,
    );
    await stack.mustUp();
    expect(emulator.files()).to.deep.equal([`${video(1)}/default`, `${video(2)}/default`]);
    expect(await stack.export()).to.not.contain("other-token-1234");
    await stack.mustRun("destroy", "--yes");
    expect(emulator.files()).to.deep.equal([]);
  });

  it("a secret videoId yields a secret url, and one that is merely an output does not", async () => {
    const emulator = await fixture.emulator();
    const stack = await fixture.stack(
      emulator,
      `exports.hidden = new StreamDownload("a", { videoId: pulumi.secret("${video(1)}") }).url;
       exports.shown = new StreamDownload("b", { videoId: pulumi.output("${video(2)}") }).url;`,
    );
    await stack.mustUp();
    const shown = JSON.parse((await stack.mustRun("stack", "output", "--json")).stdout) as Record<string, string>;
    expect(shown.hidden).to.equal("[secret]");
    expect(shown.shown).to.match(/default\.mp4$/);
    expect((await stack.outputs()).hidden).to.contain(video(1));
    expect(JSON.stringify((await stack.resources()).map(({ outputs }) => outputs?.url))).to.not.contain(video(1));
    await stack.mustUp("--expect-no-changes");
  });

  it("no secret is in the arguments of any process", async () => {
    const emulator = await fixture.emulator({ encodingMs: 3_600_000 });
    const stack = await fixture.stack(emulator, one);
    const run = stack.start("up", "--yes", "--skip-preview");
    await until(() => emulator.files().length > 0);
    const provider = providerPid(run.child.pid);
    const all = execFileSync("ps", ["-eo", "pid,args"], { encoding: "utf8" });
    expect(all).to.contain(String(provider)).and.not.contain(TOKEN);
    process.kill(run.child.pid ?? 0, "SIGINT");
    await run.done;
  });
});
