import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect } from "chai";
import { ACCOUNT, OTHER_ACCOUNT, TOKEN, video } from "../support/ids";
import { isEngineSince } from "./engineVersion";
import { Fixture, writes } from "./fixture";
import { eachHost, HOSTS, onBothHosts } from "./hosts";

describe("look-ups on the real engine", () => {
  const fixture = new Fixture();

  it("look-ups wait for the request budget together, and the stack's row says so once, with numbers", async () => {
    const emulator = await fixture.emulator({ rateLimit: { quota: 20 } });
    const stack = await fixture.stack(
      emulator,
      `const look = (_, n) => getStreamDownloads({ videoId: (n + 1).toString(16).padStart(32, "0") });
       module.exports = async () => ({ count: (await Promise.all(Array.from({ length: 30 }, look))).length });`,
    );
    const running = stack.start("up", "--yes", "--skip-preview");
    const lines = () =>
      running
        .text()
        .match(
          /getStreamDownloads: waiting (?:4m\S+|5m) for the account's request budget: [^;]+; \d+ of 30 look-ups are done/g,
        ) ?? [];
    await running.until(() => lines().length > 0);
    expect(emulator.requests.map(({ status }) => status)).to.deep.equal(Array(emulator.requests.length).fill(200));
    expect(emulator.requests.length).to.be.within(15, 20);
    running.child.kill("SIGINT");
    await running.done;
    // In the row, and among the diagnostics at the end.
    expect(lines().length).to.be.within(1, 2);
  });

  it("look-ups without credentials fail with the call and the video as promises, and are unknown in a preview as outputs, which says so once", async () => {
    const emulator = await fixture.emulator();
    const env = { CLOUDFLARE_API_TOKEN: undefined };
    const stack = await fixture.stack(emulator, "", { env });
    const look = (n: number) => `getStreamDownloads({ videoId: "${video(n)}" })`;
    for (const program of [
      `exports.url = ${look(1)}.then((found) => found.default.url);`,
      `module.exports = (async () => ({ url: (await ${look(1)}).default.url }))();`,
    ]) {
      stack.program(program);
      const { code, text } = await stack.run("preview");
      expect(code).to.not.equal(0);
      const flat = text.replace(/\s+/g, " ");
      expect(flat).to.contain(
        `error: getStreamDownloads: looking up the downloads of video ${video(1)}: no Cloudflare credentials were given.`,
      );
      expect(flat).to.contain(
        "In a preview without credentials getStreamDownloadsOutput is unknown instead of failing",
      );
      expect(text).to.not.contain("PromiseRejectionHandledWarning");
    }

    stack.program(`for (const n of [1, 2, 3]) exports["url" + n] = getStreamDownloadsOutput({ videoId: "${video(4)}".slice(0, -1) + n }).apply((found) => found.default.url);
      exports.looked = StreamDownload.get("looked", "${ACCOUNT}/${video(1)}/default").url;`);
    const messages = async () => {
      const { stdout } = await stack.mustRun("preview", "--json");
      return (JSON.parse(stdout) as { diagnostics: { message: string }[] }).diagnostics.map(({ message }) => message);
    };
    const [without = "", ...more] = await messages();
    expect(without).to.match(/^No Cloudflare credentials: compared with the state only; look-ups are unknown\./);
    expect(more).to.deep.equal([]);
    Object.assign(stack.env, { CLOUDFLARE_API_TOKEN: TOKEN, CLOUDFLARE_ACCOUNT_ID: undefined });
    stack.program(
      `exports.url = getStreamDownloadsOutput({ videoId: "${video(1)}" }).apply((found) => found.default.url);`,
    );
    const [noAccount = "", ...others] = await messages();
    expect(noAccount)
      .to.contain(
        "Look-ups are unknown. `pulumi up` would fail if it had to send a request: getStreamDownloads: looking up",
      )
      .and.contain("no account was given");
    expect(others).to.deep.equal([]);
    expect(emulator.requests).to.deep.equal([]);
  });

  it("look-ups as outputs use the provider that is given or handed down, and wait for what they depend on", async () => {
    const emulator = await fixture.emulator({ tokens: ["token-of-own"] });
    const stack = await fixture.stack(
      emulator,
      `const own = new pulumi.ProviderResource("pulumi-nodejs", "own", {
         "cloudflare:apiToken": pulumi.secret("token-of-own"), "cloudflare-stream:accountId": "${OTHER_ACCOUNT}" });
       const parent = new pulumi.ComponentResource("acme:media:Group", "group", {}, { providers: [own] });
       const made = new StreamDownload("made", { videoId: "${video(1)}" }, { parent });
       const status = (type, opts) =>
         getStreamDownloadsOutput({ videoId: "${video(1)}" }, opts).apply((found) => found[type]?.status ?? "none");
       exports.given = status("default", { provider: own, dependsOn: made });
       exports.handedDown = status("default", { parent, dependsOn: [parent] });
       exports.independent = status("audio", { provider: own });
       const later = new pulumi.ProviderResource("pulumi-nodejs", "later", {
         "cloudflare:apiToken": made.url.apply(() => "token-of-own"), "cloudflare-stream:accountId": "${OTHER_ACCOUNT}" });
       exports.later = status("default", { provider: later });`,
      { env: { CLOUDFLARE_API_TOKEN: undefined, CLOUDFLARE_ACCOUNT_ID: undefined } },
    );
    const { text } = await stack.mustRun("preview", "--diff");
    expect(text).to.match(/given *: \[unknown\]\s+handedDown *: \[unknown\]\s+independent *: "none"/);
    // The configuration of its provider is not known before the update.
    expect(text).to.match(/later *: \[unknown\]/);
    await stack.mustUp();
    expect(await stack.outputs()).to.deep.equal({
      given: "ready",
      handedDown: "ready",
      independent: "none",
      later: "ready",
    });
  });

  it("a look-up by an id in upper case or with spaces finds what the id in lower case does, and so does an import", async () => {
    const emulator = await fixture.emulator();
    emulator.setDownload(video(10), "audio", { status: "ready", percent: 100 });
    const id = ` ${ACCOUNT.toUpperCase()}/${video(10).toUpperCase()} /audio`;
    const stack = await fixture.stack(
      emulator,
      `const got = StreamDownload.get("got", ${JSON.stringify(id)});
       exports.found = [got.videoId, got.accountId, got.status];
       new pulumi.CustomResource("cloudflare-stream:index:StreamDownload", "imported",
         { videoId: "${video(10)}", type: "audio", accountId: "${ACCOUNT}" }, { import: ${JSON.stringify(id)} });`,
    );
    await stack.mustRun("preview");
    await stack.mustUp();
    expect((await stack.outputs()).found).to.deep.equal([video(10), ACCOUNT, "ready"]);
    const ids = new Set((await stack.resources()).map((resource) => resource.id));
    expect([...ids]).to.deep.equal([`${ACCOUNT}/${video(10)}/audio`]);
  });

  it("look-ups are no resources to the user: they change nothing, a program may catch their failure, and no id of theirs is plain in the state", async () => {
    const emulator = await fixture.emulator();
    emulator.setDownload(video(1), "default", { status: "ready", percent: 100 });
    const lookUps = `module.exports = async () => {
      const outputs = ["1", "2"].map((n) => getStreamDownloadsOutput({ videoId: pulumi.secret("${video(0)}".slice(0, -1) + n) }));
      const wrong = await getStreamDownloads({ videoId: "x" }).catch((error) => error.message);
      return { wrong, found: outputs.map((output) => output.apply((found) => "default" in found)) };
    };`;
    const stack = await fixture.stack(emulator, lookUps);
    await stack.mustRun("preview", "--save-plan", "plan.json");
    await stack.mustUp("--plan", "plan.json");
    await stack.mustUp("--expect-no-changes");
    const isEncrypted = async () => expect(await stack.export()).to.not.match(/0{31}[12]/);
    await isEncrypted();
    expect((await stack.resources()).map(({ external }) => external)).to.deep.equal([true, true]);
    const sent = emulator.requests.length;
    await stack.mustRun("refresh", "--yes", "--expect-no-changes");
    expect(emulator.requests).to.have.length(sent);
    await isEncrypted();
    expect(await stack.outputs()).to.deep.equal({
      wrong: "getStreamDownloads: videoId must be 32 hexadecimal characters",
      found: [true, false],
    });
    stack.program("");
    await stack.mustUp();
    expect(await stack.resources()).to.deep.equal([]);
    stack.program(lookUps);
    await stack.mustUp();
    await stack.mustRun("destroy", "--yes");
    expect(emulator.files()).to.deep.equal([`${video(1)}/default`]);
  });

  it("a download that is looked up after, or by an id from, something that a preview only plans is looked up by the update, and the preview asks for nothing that it does not know", async () => {
    const emulator = await fixture.emulator();
    for (const host of HOSTS) emulator.setDownload(host.video(1), "audio", { status: "ready", percent: 100 });
    const [found, planned] = [1, 2];
    const stack = await fixture.stack(
      emulator,
      // Older engines read in a preview what newer ones leave unknown, and what is only planned does not exist.
      onBothHosts((host) => {
        const looked = (name: string, id: string, opts = "{}") =>
          `{ const { url, status } = ${host.name}.get("${host.named(name)}", ${id}, ${opts});
             exports["${host.named(name)}"] = [url, status];
             exports["${host.named(name)}-length"] = url.apply((known) => known.length); }\n`;
        return `const made = new ${host.name}.StreamDownload("${host.named("made")}", { videoId: "${host.video(planned)}" });
          ${looked("after", `"${host.id(found, "audio")}"`, "{ dependsOn: [made] }")}
          ${isEngineSince(3, 274) ? looked("of-made", `"${host.id(planned)}"`, "{ dependsOn: [made] }") : ""}
          ${looked("by-its-id", "made.id")}
          ${looked("by-an-output", `made.url.apply(() => "${host.id(planned)}")`)}`;
      }),
    );
    const { text } = await stack.mustRun("preview", "--diff");
    expect(text).to.not.match(/error|warning|^\s+at /m);
    const known = HOSTS.flatMap((host) => [found, planned].map((n) => host.video(n)));
    for (const { method, videoId, status } of emulator.requests) {
      expect(method).to.equal("GET");
      expect(known).to.include(videoId);
      expect(status).to.equal(200);
    }
    expect(emulator.files()).to.have.members(HOSTS.map((host) => host.file(found, "audio")));
    await stack.mustUp();
    const outputs = await stack.outputs();
    await eachHost((host) => {
      for (const [name, file] of [
        ["after", "audio.m4a"],
        ["of-made", "default.mp4"],
        ["by-its-id", "default.mp4"],
        ["by-an-output", "default.mp4"],
      ] as const) {
        if (name === "of-made" && !isEngineSince(3, 274)) continue;
        const [url, status] = outputs[host.named(name)] as [string, string];
        expect(status, name).to.equal("ready");
        expect(url, name).to.match(new RegExp(`${file}$`));
      }
      expect(writes(emulator, host.video(planned))).to.deep.equal(["POST default"]);
    });
    await stack.mustRun("preview", "--expect-no-changes");
    await stack.mustRun("destroy", "--yes", "--skip-preview");
    expect(emulator.files()).to.have.members(HOSTS.map((host) => host.file(found, "audio")));
  });

  it("look-ups of inline programs in one process each use their own stack's configuration, and keep the process from nothing", async () => {
    const [north, south] = [
      await fixture.emulator({ tokens: ["token-of-north"] }),
      await fixture.emulator({ tokens: ["token-of-south"] }),
    ];
    const stack = await fixture.stack(north, "", {
      env: { CLOUDFLARE_API_TOKEN: undefined, CLOUDFLARE_ACCOUNT_ID: undefined, CLOUDFLARE_BASE_URL: undefined },
    });
    const configurations = {
      north: { token: "token-of-north", url: north.baseUrl, account: ACCOUNT },
      south: { token: "token-of-south", url: south.baseUrl, account: OTHER_ACCOUNT },
    };
    const script = join(stack.folder, "program", "automation.js");
    writeFileSync(
      script,
      `const { LocalWorkspace } = require("@pulumi/pulumi/automation");
       const { getStreamDownloads } = require("pulumi-cloudflare-stream-downloads");
       const program = async () => {
         const found = await Promise.all([1, 2].map((n) => getStreamDownloads({ videoId: n.toString(16).padStart(32, "0") })));
         return { accounts: found.map(({ accountId }) => accountId) };
       };
       const run = async ([stackName, { token, url, account }]) => {
         const stack = await LocalWorkspace.createOrSelectStack({ stackName, projectName: "inline", program });
         await stack.setAllConfig({
           "cloudflare:apiToken": { value: token, secret: true },
           "cloudflare:baseUrl": { value: url },
           "cloudflare-stream:accountId": { value: account },
         });
         return [stackName, (await stack.up()).outputs.accounts.value];
       };
       Promise.all(Object.entries(${JSON.stringify(configurations)}).map(run)).then((all) => console.log(JSON.stringify(Object.fromEntries(all))));`,
    );
    const env = Object.fromEntries(Object.entries(stack.env).filter(([, value]) => value !== undefined));
    const { stdout } = await promisify(execFile)(process.execPath, [script], { env: env as NodeJS.ProcessEnv });
    expect(JSON.parse(stdout)).to.deep.equal({ north: [ACCOUNT, ACCOUNT], south: [OTHER_ACCOUNT, OTHER_ACCOUNT] });
    expect([north, south].map(({ requests }) => requests.map(({ status }) => status))).to.deep.equal([
      [200, 200],
      [200, 200],
    ]);
  });
});
