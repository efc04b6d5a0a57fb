import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { ACCOUNT, OTHER_ACCOUNT, video } from "../support/ids";
import { startTokenLog, type TokenLog } from "../support/tokenLog";
import { Fixture } from "./fixture";
import { eachHost, onBothHosts } from "./hosts";

/** The environment of whoever starts the CLI, which no request may take its credentials from unless the provider does too. */
const NONE = { CLOUDFLARE_API_TOKEN: undefined, CLOUDFLARE_ACCOUNT_ID: undefined, CLOUDFLARE_BASE_URL: undefined };

describe("whose credentials a request carries on the real engine", () => {
  const fixture = new Fixture();
  let log: TokenLog;
  beforeEach(async () => {
    log = await startTokenLog(await fixture.emulator({ tokens: ["first", "second", "north", "south"] }));
  });
  afterEach(() => log.close());
  const start = async (body: string, env: Record<string, string | undefined>) =>
    fixture.stack(await fixture.emulator(), body, { env: { ...NONE, ...env } });

  it("look-ups carry the token and the account of the resources beside them, whatever the program's own environment says", async () => {
    const stack = await start(
      `const own = new pulumi.ProviderResource("pulumi-nodejs", "own", {}, {
         envVarMappings: { SECOND_TOKEN: "CLOUDFLARE_API_TOKEN", SECOND_ACCOUNT: "CLOUDFLARE_ACCOUNT_ID" } });
       // As a program that reads a file of variables by itself does.
       process.env.CLOUDFLARE_API_TOKEN = "of-the-program";
       process.env.CLOUDFLARE_ACCOUNT_ID = "b".repeat(32);
       module.exports = async () => {
         new StreamDownload("one", { videoId: "${video(1)}" });
         new StreamDownload("two", { videoId: "${video(2)}" }, { provider: own });
         const { accountId } = await getStreamDownloads({ videoId: "${video(3)}" });
         const found = (opts) => getStreamDownloadsOutput({ videoId: "${video(3)}" }, opts).accountId;
         return { promise: accountId, output: found({}), own: found({ provider: own }) };
       };`,
      {
        CLOUDFLARE_BASE_URL: log.baseUrl,
        CLOUDFLARE_API_TOKEN: "first",
        CLOUDFLARE_ACCOUNT_ID: ACCOUNT,
        SECOND_TOKEN: "second",
        SECOND_ACCOUNT: OTHER_ACCOUNT,
      },
    );
    const { text } = await stack.mustRun("preview", "--diff");
    expect(text).to.not.contain("would fail");
    expect(log.seen()).to.deep.equal([`first ${ACCOUNT}`, `second ${OTHER_ACCOUNT}`]);
    await stack.mustUp();
    expect(await stack.outputs()).to.deep.equal({ promise: ACCOUNT, output: ACCOUNT, own: OTHER_ACCOUNT });
    expect(log.seen()).to.deep.equal([`first ${ACCOUNT}`, `second ${OTHER_ACCOUNT}`]);
  });

  it("a provider that a program declares can become a StreamProvider without a change, and that keeps its token encrypted", async () => {
    const program = (own: string) =>
      `const { StreamProvider } = require("pulumi-cloudflare-stream-downloads");
       const own = ${own};
       new StreamDownload("one", { videoId: "${video(1)}" }, { provider: own });
       exports.found = getStreamDownloadsOutput({ videoId: "${video(1)}" }, { provider: own }).accountId;`;
    const stack = await start(
      program(`new pulumi.ProviderResource("pulumi-nodejs", "own", {
        "cloudflare-stream:apiToken": pulumi.secret("second"), "cloudflare-stream:accountId": "${OTHER_ACCOUNT}",
        "cloudflare-stream:requestsPer5Minutes": "1000" })`),
      { CLOUDFLARE_BASE_URL: log.baseUrl, CLOUDFLARE_API_TOKEN: "first", CLOUDFLARE_ACCOUNT_ID: ACCOUNT },
    );
    await stack.mustUp();
    stack.program(
      program(
        `new StreamProvider("own", { apiToken: "second", accountId: "${OTHER_ACCOUNT}", requestsPer5Minutes: 1000 })`,
      ),
    );
    await stack.mustUp("--expect-no-changes");
    expect(await stack.outputs()).to.deep.equal({ found: OTHER_ACCOUNT });
    expect(log.seen()).to.deep.equal([`second ${OTHER_ACCOUNT}`]);
    expect(await stack.export())
      .to.contain(OTHER_ACCOUNT)
      .and.not.contain('"second"');
    // Of what is only read, the engine keeps the inputs as the program gives them.
    for (const { inputs, outputs, external } of await stack.resources())
      expect(external === true ? outputs : { ...inputs, ...outputs }).to.not.have.property("__explicitProvider");
  });

  it("a provider without a token is named by what fails for lack of it, with a misspelt argument, and the configuration only where that is used", async () => {
    const stack = await start(
      onBothHosts(
        (host) =>
          host.provider("own", "") +
          host.download("given", 1, "", "{ provider: own }") +
          `const parent = new pulumi.ComponentResource("acme:media:Group", "${host.named("group")}", {}, { providers: [own] });\n` +
          host.download("below", 2, `accountId: "${ACCOUNT}"`, "{ parent }") +
          host.download("stack", 3),
      ) +
        `const made = new pulumi.ProviderResource("pulumi-nodejs", "made", { "cloudflare-stream:apitoken": "t", accountId: "${ACCOUNT}" });
         new dynamic.StreamDownload("misspelt", { videoId: "${video(4)}" }, { provider: made });
         new dynamic.StreamDownload("typed", { videoId: "${video(5)}" }, { provider: new dynamic.StreamProvider("typed") });`,
      {},
    );
    const ended = await stack.up("--continue-on-error");
    expect(ended.code).to.not.equal(0);
    await eachHost((host) => {
      const argument = host.name === "plugin" ? "apiToken" : "cloudflare-stream:apiToken";
      for (const name of ["given", "below"])
        expect(host.linesAbout(name, ended.text))
          .to.contain(`Give the provider "${host.named("own")}" the argument ${argument}, or`)
          .and.not.contain("pulumi config set");
      expect(host.linesAbout("given", ended.text)).to.contain(`accountId of its provider "${host.named("own")}"`);
      expect(host.linesAbout("stack", ended.text))
        .to.contain("`pulumi config set --secret cloudflare-stream:apiToken <token>`")
        .and.not.contain("Give the provider");
    });
    expect(ended.text).to.contain(
      "It has no argument cloudflare-stream:apitoken: did you mean cloudflare-stream:apiToken?",
    );
    expect(ended.text).to.contain("It has no argument accountId: did you mean cloudflare-stream:accountId?");
    expect(ended.text).to.contain('Give the provider "typed" the argument apiToken, or apiKey with email');
  });

  it("inline programs of one process use each its own workspace's environment for look-ups, and no preview misses what is there", async () => {
    const stack = await start("", { CLOUDFLARE_API_TOKEN: "of-the-portal", CLOUDFLARE_ACCOUNT_ID: "c".repeat(32) });
    const tenants = {
      north: { CLOUDFLARE_API_TOKEN: "north", CLOUDFLARE_ACCOUNT_ID: ACCOUNT, CLOUDFLARE_BASE_URL: log.baseUrl },
      south: { CLOUDFLARE_API_TOKEN: "south", CLOUDFLARE_ACCOUNT_ID: OTHER_ACCOUNT, CLOUDFLARE_BASE_URL: log.baseUrl },
    };
    const script = join(stack.folder, "program", "portal.js");
    writeFileSync(
      script,
      `const { LocalWorkspace } = require("@pulumi/pulumi/automation");
       const { StreamDownload, getStreamDownloads, getStreamDownloadsOutput } = require("pulumi-cloudflare-stream-downloads");
       const program = async () => {
         new StreamDownload("made", { videoId: "${video(1)}" });
         // Nothing waits for this one but the engine.
         getStreamDownloadsOutput({ videoId: "${video(4)}" }).apply(() => new StreamDownload("late", { videoId: "${video(5)}" }));
         const { accountId } = await getStreamDownloads({ videoId: "${video(2)}" });
         return { promise: accountId, output: getStreamDownloadsOutput({ videoId: "${video(3)}" }).accountId };
       };
       const run = async ([stackName, envVars]) => {
         const stack = await LocalWorkspace.createOrSelectStack({ stackName, projectName: "inline", program }, { envVars });
         const said = (await stack.preview()).stdout;
         const { outputs, summary } = await stack.up();
         await stack.destroy();
         return { said: said.match(/[^\\n]*would fail[^\\n]*/g), promise: outputs.promise.value, output: outputs.output.value, created: summary.resourceChanges.create };
       };
       Promise.all(Object.entries(${JSON.stringify(tenants)}).map(run)).then((all) => console.log(JSON.stringify(all)));`,
    );
    // The portal's own environment has no credentials in the second run: nothing is taken for missing.
    for (const token of ["of-the-portal", undefined]) {
      stack.env.CLOUDFLARE_API_TOKEN = token;
      if (token === undefined) stack.env.CLOUDFLARE_ACCOUNT_ID = undefined;
      const { stdout } = await stack.runProgram(join(stack.folder, "program"), process.execPath, script);
      expect(JSON.parse(stdout)).to.deep.equal([
        { said: null, promise: ACCOUNT, output: ACCOUNT, created: 3 },
        { said: null, promise: OTHER_ACCOUNT, output: OTHER_ACCOUNT, created: 3 },
      ]);
      expect(log.seen()).to.deep.equal([`north ${ACCOUNT}`, `south ${OTHER_ACCOUNT}`]);
    }
  });
});
