import { expect } from "chai";
import { ACCOUNT, OTHER_ACCOUNT, TOKEN, video } from "../support/ids";
import { Fixture, writes } from "./fixture";

describe("a StreamDownload on the real engine", () => {
  const fixture = new Fixture();
  const program = (args: string) => `exports.url = new StreamDownload("a", ${args}).url;`;
  const one = program(`{ videoId: "${video(1)}" }`);

  it("is previewed without a request, created ready, left alone when unchanged, and destroyed", async () => {
    const emulator = await fixture.emulator();
    const stack = await fixture.stack(emulator, one);
    const preview = await stack.mustRun("preview");
    expect(preview.text).to.contain("2 to create");
    expect(emulator.requests).to.have.length(0);

    await stack.mustUp();
    const { url } = await stack.outputs();
    expect(url).to.match(/\/downloads\/default\.mp4$/);
    const file = await fetch(String(url));
    expect(file.status).to.equal(200);
    expect(
      Buffer.from(await file.arrayBuffer())
        .subarray(4, 8)
        .toString(),
    ).to.equal("ftyp");
    const [resource] = await stack.resources();
    expect(resource?.id).to.equal(`${ACCOUNT}/${video(1)}/default`);
    expect(resource?.outputs).to.include({
      status: "ready",
      percentComplete: 100,
      type: "default",
      waitForReady: true,
    });

    const before = emulator.requests.length;
    const unchanged = await stack.mustRun("up", "--yes", "--expect-no-changes");
    expect(unchanged.text).to.contain("2 unchanged");
    expect(emulator.requests.length).to.equal(before);

    await stack.mustRun("destroy", "--yes");
    expect(emulator.files()).to.deep.equal([]);
    expect(writes(emulator)).to.deep.equal(["POST default", "DELETE default"]);
  });

  it("is replaced, the new file first, when its type changes", async () => {
    const emulator = await fixture.emulator();
    const stack = await fixture.stack(emulator, one);
    await stack.mustUp();
    stack.program(program(`{ videoId: "${video(1)}", type: "audio" }`));
    const run = await stack.mustUp();
    expect(run.text).to.contain("1 replaced");
    expect(emulator.files()).to.deep.equal([`${video(1)}/audio`]);
    expect(writes(emulator)).to.deep.equal(["POST default", "POST audio", "DELETE default"]);
    expect((await stack.outputs()).url).to.match(/audio\.m4a$/);
  });

  it("is replaced when its videoId or its accountId changes", async () => {
    const emulator = await fixture.emulator();
    const stack = await fixture.stack(emulator, one);
    await stack.mustUp();
    stack.program(program(`{ videoId: "${video(2)}" }`));
    expect((await stack.mustUp()).text).to.contain("1 replaced");
    expect(emulator.files()).to.deep.equal([`${video(2)}/default`]);
    stack.program(program(`{ videoId: "${video(2)}", accountId: "${OTHER_ACCOUNT}" }`));
    const preview = await stack.mustRun("preview", "--diff");
    expect(preview.text).to.match(/~ accountId *: "a{32}" => "b{32}"/);
    expect((await stack.mustUp()).text).to.contain("1 replaced");
    expect((await stack.resources())[0]?.id).to.equal(`${OTHER_ACCOUNT}/${video(2)}/default`);
  });

  it("is found missing by a refresh and made again by the next update", async () => {
    const emulator = await fixture.emulator();
    const stack = await fixture.stack(emulator, one);
    await stack.mustUp();
    emulator.setDownload(video(1), "default", undefined);
    const refresh = await stack.mustRun("refresh", "--yes");
    expect(refresh.text).to.contain("1 deleted");
    expect(await stack.resources()).to.deep.equal([]);
    await stack.mustUp();
    expect(emulator.files()).to.deep.equal([`${video(1)}/default`]);
  });

  it("adopts a download that exists already and says so", async () => {
    const emulator = await fixture.emulator();
    emulator.setDownload(video(1), "default", { status: "ready", percent: 100 });
    const stack = await fixture.stack(emulator, one);
    const run = await stack.mustUp();
    expect(run.text).to.contain("adopted: the file already exists");
    expect(writes(emulator)).to.deep.equal([]);
  });

  it("is looked up by get, which manages nothing", async () => {
    const emulator = await fixture.emulator();
    emulator.setDownload(video(1), "audio", { status: "ready", percent: 100 });
    const stack = await fixture.stack(
      emulator,
      `const found = StreamDownload.get("found", "${ACCOUNT}/${video(1)}/audio");
       exports.url = found.url; exports.status = found.status; exports.videoId = found.videoId;
       exports.listed = getStreamDownloads({ videoId: "${video(1)}" }).then((all) => all.audio.url);`,
    );
    await stack.mustRun("preview");
    await stack.mustUp();
    const outputs = await stack.outputs();
    expect(outputs).to.include({ status: "ready", videoId: video(1), listed: outputs.url });
    expect(outputs.url).to.match(/audio\.m4a$/);
    await stack.mustRun("destroy", "--yes");
    expect(emulator.files()).to.deep.equal([`${video(1)}/audio`]);
  });

  it("fails a get of a download that does not exist, with its id", async () => {
    const emulator = await fixture.emulator();
    const stack = await fixture.stack(emulator, `StreamDownload.get("found", "${ACCOUNT}/${video(1)}/audio");`);
    const run = await stack.up();
    expect(run.code).to.not.equal(0);
    expect(run.text)
      .to.contain(`${ACCOUNT}/${video(1)}/audio`)
      .and.contain("does not exist");
  });

  it("keeps the token out of the state, the logs, the errors and the process arguments", async () => {
    const emulator = await fixture.emulator({ tokens: [TOKEN] });
    const stack = await fixture.stack(emulator, one, { env: { CLOUDFLARE_API_TOKEN: undefined } });
    await stack.mustRun("config", "set", "--secret", "cloudflare:apiToken", TOKEN);
    const up = await stack.mustRun("up", "--yes", "--skip-preview", "--logtostderr", "-v=5");
    emulator.fault({ kind: "status", status: 400, code: 1, message: `no good: ${TOKEN}`, operation: "listDownloads" });
    const refresh = await stack.run("refresh", "--yes", "--skip-preview");
    expect(refresh.code).to.not.equal(0);
    expect(refresh.text).to.contain("no good: [redacted] [code: 1]");
    for (const text of [up.text, refresh.text, await stack.export()]) expect(text).to.not.contain(TOKEN);
  });

  it("takes less than 3 KB of state", async () => {
    const emulator = await fixture.emulator();
    const stack = await fixture.stack(emulator, one);
    await stack.mustUp();
    const [resource] = await stack.resources();
    // The program's source positions are the engine's own, and as long as the paths on the machine are.
    const { sourcePosition, stackTrace, ...rest } = resource as unknown as Record<string, unknown>;
    expect(JSON.stringify(rest).length).to.be.below(3000);
  });

  it("loads the installed provider through the constant string: the contract with Pulumi's dynamic provider", async () => {
    // If this fails after an upgrade of @pulumi/pulumi, the engine's Node.js provider no longer evaluates `__provider` in the
    // program's folder or no longer calls `exports.handler()`: no resource of this package can be created, and those in state
    // files cannot be refreshed or destroyed. src/resource/providerString.ts has to follow, and stay able to read old states.
    const emulator = await fixture.emulator();
    const stack = await fixture.stack(
      emulator,
      `class Raw extends pulumi.CustomResource {
         constructor(name, props) { super("pulumi-nodejs:dynamic/contract:Raw", name, { ...props, where: undefined }, {}); }
       }
       const code = 'exports.handler = () => ({ create: async (inputs) => ({ id: "1", outs: { where: process.cwd() } }) });';
       exports.where = new Raw("raw", { __provider: code }).where;`,
    );
    await stack.mustUp();
    expect((await stack.outputs()).where).to.match(/program$/);
  });
});
