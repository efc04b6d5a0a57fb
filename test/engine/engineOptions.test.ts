import { expect } from "chai";
import { ACCOUNT } from "../support/ids";
import { isEngineSince } from "./engineVersion";
import { Fixture } from "./fixture";
import { eachHost, type Host, HOSTS, onBothHosts } from "./hosts";

const OLD_TOKEN = "token-of-yesterday";
const NEW_TOKEN = "token-of-today";

describe("options that newer engines have", () => {
  const fixture = new Fixture();

  it("options that replace keep a file that stays the same, deletedWith follows a video of the program, hideDiffs hides, and envVarMappings names a token", async () => {
    const [TRIGGERED, LEADING, FOLLOWING, HIDDEN, OWNED, MAPPED] = [1, 2, 3, 4, 5, 6];
    const emulator = await fixture.emulator({ behavior: { repost: "restart" } });
    const other = await fixture.emulator({ tokens: ["token-of-the-other"] });
    const program = (host: Host, trigger: string, type: string, waits: boolean, hasVideo: boolean) =>
      `const declare = (name, args, opts) => new ${host.name}.StreamDownload("${host.name}-" + name, args, opts);
       const provider = new pulumi.ProviderResource("${host.name === "dynamic" ? "pulumi-nodejs" : "cloudflare-stream"}", "${host.named("mapped-provider")}",
         { "${host.name === "dynamic" ? "cloudflare-stream:" : ""}baseUrl": "${other.baseUrl}" }, { envVarMappings: { OTHER_TOKEN: "CLOUDFLARE_API_TOKEN" } });
       declare("mapped", { videoId: "${host.video(MAPPED)}" }, { provider });
       declare("triggered", { videoId: "${host.video(TRIGGERED)}" }, { replacementTrigger: "${trigger}" });
       const leading = declare("leading", { videoId: "${host.video(LEADING)}", type: "${type}" });
       declare("following", { videoId: "${host.video(FOLLOWING)}" }, { replaceWith: [leading] });
       declare("hidden", { videoId: "${host.video(HIDDEN)}", waitForReady: ${waits} }, { hideDiffs: ["waitForReady"] });
       ${hasVideo ? `const video = new Video("${host.named("video")}"); declare("owned", { videoId: "${host.video(OWNED)}" }, { deletedWith: video });` : ""}`;
    const video = `class Video extends pulumi.dynamic.Resource {
      constructor(name) { super({ create: async () => ({ id: name, outs: {} }), delete: async () => undefined }, name, {}); }
    }\n`;
    const stack = await fixture.stack(
      emulator,
      video + onBothHosts((host) => program(host, "a", "default", true, true)),
      { env: { OTHER_TOKEN: "token-of-the-other" } },
    );
    await stack.mustUp();
    stack.program(video + onBothHosts((host) => program(host, "b", "audio", false, true)));
    const { text } = await stack.mustUp("--diff");
    expect(text).to.contain("waitForReady (hidden)");
    await eachHost((host) => {
      for (const n of [TRIGGERED, FOLLOWING])
        expect(emulator.generations(host.video(n), "default"), "replaced by itself").to.equal(1);
      expect(emulator.files()).to.include.members([TRIGGERED, FOLLOWING, HIDDEN, OWNED].map((n) => host.file(n)));
      expect(other.files()).to.include(host.file(MAPPED));
    });
    stack.program(video + onBothHosts((host) => program(host, "b", "audio", false, false)));
    await stack.mustUp();
    await eachHost((host) =>
      expect(emulator.files(), "gone with its video, says the program").to.include(host.file(OWNED)),
    );
  });

  it("a token that was rotated is named as that of the last update where no program runs, and each of the cures that are named with it works", async () => {
    const tokens = [OLD_TOKEN];
    const emulator = await fixture.emulator({ tokens });
    const program = onBothHosts(
      (host) => host.download("one", 1) + host.library("many", `videoIds: ["${host.video(2)}"]`),
    );
    const stack = await fixture.stack(emulator, program, {
      env: { CLOUDFLARE_API_TOKEN: undefined, CLOUDFLARE_ACCOUNT_ID: undefined, CLOUDFLARE_BASE_URL: undefined },
    });
    const configure = (token: string) =>
      stack.config(
        { "cloudflare-stream:accountId": ACCOUNT, "cloudflare-stream:baseUrl": emulator.baseUrl },
        { "cloudflare-stream:apiToken": token },
      );
    await configure(OLD_TOKEN);
    await stack.mustUp();
    tokens.splice(0, 1, NEW_TOKEN);
    await configure(NEW_TOKEN);
    const isOfLastUpdate = "Without `--run-program` they are those of the last update";
    const cures = "run `pulumi up` once without `--refresh`, or add `--run-program`, or set CLOUDFLARE_API_TOKEN";
    const unattended = ["--yes", "--skip-preview"];
    const destroyed = await stack.run("destroy", ...unattended, "--continue-on-error");
    await eachHost((host) => {
      for (const name of ["one", "many"])
        expect(host.linesAbout(name, destroyed.text), name).to.contain(isOfLastUpdate).and.contain(cures);
    });
    // These end with the first resource that fails.
    for (const command of [
      ["refresh", ...unattended],
      ["preview", "--refresh"],
      ["up", "--refresh", ...unattended],
    ]) {
      const { code, text } = await stack.run(...command);
      expect(code, command.join(" ")).to.not.equal(0);
      expect(text).to.contain(isOfLastUpdate).and.contain(cures).and.not.contain("check the configured apiToken");
    }
    await stack.mustRun("refresh", ...unattended, "--run-program");
    await stack.mustRun("preview", "--refresh", "--run-program", "--expect-no-changes");
    await stack.mustUp();
    await stack.mustUp("--refresh");
    expect(await stack.resources()).to.have.length(4);

    tokens.splice(0, 1, OLD_TOKEN);
    stack.program(program.replaceAll("{ videoId: ", '{ type: "audio", videoId: '));
    const { text } = await stack.up("--continue-on-error");
    await eachHost((host) =>
      expect(host.linesAbout("one", text)).to.contain("check the configured apiToken").and.not.contain(isOfLastUpdate),
    );
    await configure(OLD_TOKEN);
    await stack.mustRun("destroy", ...unattended, "--run-program");
    expect(emulator.files()).to.deep.equal([]);
  });

  it("a destroy with --ignore-protect deletes what is protected", async function () {
    if (!isEngineSince(3, 256)) this.skip();
    const emulator = await fixture.emulator();
    const stack = await fixture.stack(
      emulator,
      onBothHosts((host) => host.download("one", 1, "", "{ protect: true }")),
    );
    await stack.mustUp();
    expect((await stack.run("destroy", "--yes", "--skip-preview")).code).to.not.equal(0);
    expect(emulator.files()).to.deep.equal(HOSTS.map((host) => host.file(1)));
    await stack.mustRun("destroy", "--yes", "--skip-preview", "--ignore-protect");
    expect(emulator.files()).to.deep.equal([]);
  });
});
