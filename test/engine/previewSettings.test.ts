import { expect } from "chai";
import { ACCOUNT, OTHER_ACCOUNT, TOKEN, video } from "../support/ids";
import { Fixture } from "./fixture";
import type { Stack } from "./stack";

const NOTHING = { CLOUDFLARE_API_TOKEN: undefined, CLOUDFLARE_ACCOUNT_ID: undefined };
const provider = (config: Record<string, string>) =>
  `new pulumi.ProviderResource("pulumi-nodejs", "own", ${JSON.stringify(config)})`;

/** What a preview says besides its rows and besides what it found at Cloudflare, one message each; it must succeed. */
async function messages(stack: Stack): Promise<string[]> {
  const { diagnostics = [] } = JSON.parse((await stack.mustRun("preview", "--json")).stdout) as {
    diagnostics?: { message: string }[];
  };
  const messages = diagnostics.map(({ message }) => message.trim());
  return messages.filter((message) => message !== "" && !/^(video|the MP4 of video) /.test(message));
}

describe("what a preview on the real engine says of the settings", () => {
  const fixture = new Fixture();
  const one = (args = "", opts = "") => `new StreamDownload("one", { videoId: "${video(1)}" ${args} } ${opts});`;

  it("nothing, and look-ups are known, where a component hands down a provider with all that is needed", async () => {
    const emulator = await fixture.emulator({ tokens: ["token-of-component"] });
    emulator.setDownload(video(2), "default", { status: "ready", percent: 100 });
    const config = { "cloudflare:apiToken": "token-of-component", "cloudflare-stream:accountId": OTHER_ACCOUNT };
    const body = `const own = ${provider(config)};
      for (const [name, options] of Object.entries({ plural: { providers: [own] }, singular: { provider: own } })) {
        const parent = new pulumi.ComponentResource("acme:media:Group", name, {}, options);
        const type = name === "plural" ? "default" : "audio";
        new StreamDownload(name + "-made", { videoId: "${video(1)}", type }, { parent });
        exports[name] = StreamDownload.get(name + "-looked-up", "${OTHER_ACCOUNT}/${video(2)}/default", { parent }).url;
      }`;
    const stack = await fixture.stack(emulator, body, { env: NOTHING });
    expect(await messages(stack)).to.deep.equal([]);
    expect((await stack.mustRun("preview")).text).to.match(
      /plural *: "http.*default\.mp4"[^]*singular *: "http.*\.mp4"/,
    );
    await stack.mustUp();
    expect(emulator.files())
      .to.include(`${video(1)}/audio`)
      .and.include(`${video(1)}/default`);
  });

  it("that an account is missing, wherever the resource's credentials come from, and nothing once there is one anywhere", async () => {
    const emulator = await fixture.emulator();
    const stack = await fixture.stack(emulator, one(), { env: { CLOUDFLARE_ACCOUNT_ID: undefined } });
    const noAccount =
      "warning: `pulumi up` would fail if it had to send a request: no account was given. Set the argument accountId, or " +
      "`pulumi config set cloudflare-stream:accountId <id>`, or CLOUDFLARE_ACCOUNT_ID in the environment.";
    expect(await messages(stack)).to.deep.equal([noAccount]);

    const own = provider({ "cloudflare:apiToken": TOKEN });
    stack.program(`const parent = new pulumi.ComponentResource("acme:media:Group", "group", {}, { providers: [${own}] });
      for (const n of [2, 3]) new StreamDownload("other" + n, { videoId: "${video(9)}".slice(0, -1) + n }, { parent });`);
    const [once = "", ...more] = await messages(stack);
    expect(once.replace(/other[23]:/, "one:")).to.equal(
      noAccount.replace(
        "`pulumi config set cloudflare-stream:accountId <id>`",
        'cloudflare-stream:accountId of its provider "own"',
      ),
    );
    expect(more).to.deep.equal([]);

    stack.program(one(`, accountId: "${ACCOUNT}"`));
    expect(await messages(stack)).to.deep.equal([]);
    // What the preview was told beside the program's inputs is in no plan.
    await stack.mustRun("preview", "--save-plan", "plan.json");
    await stack.mustUp("--plan", "plan.json");
    expect(await stack.export()).to.not.contain("__preview");
    // The account that the state has stays the resource's.
    stack.program(one());
    expect(await messages(stack)).to.deep.equal([]);
    await stack.mustUp("--expect-no-changes");
  });

  it("all that is missing or wrong at once, for the stack's configuration and for a provider of its own, and does not fail", async () => {
    const emulator = await fixture.emulator();
    const stack = await fixture.stack(emulator, one(), { env: { ...NOTHING, CLOUDFLARE_BASE_URL: undefined } });
    const told = await messages(stack);
    expect(told).to.have.length(2);
    expect(told[0]).to.match(
      /^No Cloudflare credentials: compared with the state only; look-ups are unknown\. `pulumi up` would fail if it had to send a request: no Cloudflare credentials were given\. Give an API token/,
    );
    expect(told[1]).to.contain("`pulumi up` would fail if it had to send a request: no account was given");

    const wrong = { "cloudflare:email": "me@example.com", "cloudflare:baseUrl": "http://example.com/client/v4" };
    for (const [key, value] of Object.entries(wrong)) await stack.mustRun("config", "set", key, value);
    const halfKey = "cloudflare:email is given without cloudflare:apiKey";
    const plainHttp = "The base URL http://example.com is not https";
    const configured = await messages(stack);
    expect(configured).to.have.length(2);
    expect(configured[0]).to.contain(halfKey).and.contain(plainHttp);

    for (const key of Object.keys(wrong)) await stack.mustRun("config", "rm", key);
    stack.program(`const own = ${provider(wrong)}; ${one("", ", { provider: own }")}`);
    const [all = "", ...more] = await messages(stack);
    expect(all).to.contain(halfKey).and.contain(plainHttp).and.contain("No account was given");
    expect(more).to.deep.equal([]);
  });

  it("a preview says that look-ups through a provider without credentials are unknown, and does not fail", async () => {
    const emulator = await fixture.emulator();
    const id = `${ACCOUNT}/${video(2)}/default`;
    const stack = await fixture.stack(
      emulator,
      `const own = ${provider({ "cloudflare-stream:accountId": ACCOUNT })};
       const parent = new pulumi.ComponentResource("acme:media:Group", "group", {}, { providers: [own] });
       exports.given = StreamDownload.get("given", "${id}", { provider: own }).url;
       exports.handedDown = StreamDownload.get("handed-down", "${id}", { parent }).status;
       exports.output = getStreamDownloadsOutput({ videoId: "${video(2)}" }, { provider: own }).apply((found) => found.default.url);`,
      { env: NOTHING },
    );
    const [first = "", second = "", ...more] = (await messages(stack)).sort();
    expect(first).to.match(
      /^Look-ups are unknown\. `pulumi up` would fail if it had to send a request: .*no Cloudflare credentials were given/,
    );
    expect(second).to.match(
      /^`pulumi up` would fail if it had to send a request: no Cloudflare credentials were given/,
    );
    expect(more).to.deep.equal([]);
    const { text } = await stack.mustRun("preview", "--diff");
    for (const name of ["given", "handedDown", "output"]) expect(text).to.match(new RegExp(`${name} *: \\[unknown\\]`));
    expect(emulator.requests).to.deep.equal([]);
  });
});
