import { expect } from "chai";
import { connection, withoutAccount } from "../../../src/stream/connection";
import { configuredIfExists, configuredPreviewChecks, defaultAccountId } from "../../../src/stream/settings";

const source = (config: Record<string, string>, env: Record<string, string> = {}) => ({
  config: (key: string) => config[key],
  env,
});

/** What is returned, or the message of what is thrown. */
function problemOf(ask: () => unknown): string {
  try {
    return String(ask());
  } catch (error) {
    return (error as Error).message;
  }
}

describe("settings", () => {
  it("settings take the configuration's token before the environment's, which stands in for one that has been rotated", () => {
    const found = connection(source({ "cloudflare:apiToken": "configured" }, { CLOUDFLARE_API_TOKEN: "fresh" }));
    expect(found.credentials).to.deep.equal({ kind: "token", token: "configured" });
    expect(found.fallbackCredentials).to.deep.equal({ kind: "token", token: "fresh" });
  });

  it("settings let no token of the environment stand in where a provider has an endpoint of its own, which could draw it out", () => {
    const fallbackOf = (baseUrl: string | undefined, more: Record<string, string> = {}) => {
      const config = {
        "cloudflare-stream:apiToken": "own",
        ...(baseUrl ? { "cloudflare-stream:baseUrl": baseUrl } : {}),
      };
      const provider = { name: "tenant", prefix: "", misspelt: {} } as const;
      return connection({ ...source(config, { CLOUDFLARE_API_TOKEN: "fresh", ...more }), provider })
        .fallbackCredentials;
    };
    const [here, there] = ["https://here.example/client/v4", "https://there.example/client/v4"];
    expect(fallbackOf(there)).to.equal(undefined);
    expect(fallbackOf(there, { CLOUDFLARE_BASE_URL: here })).to.equal(undefined);
    expect(fallbackOf(here, { CLOUDFLARE_BASE_URL: here })).to.deep.equal({ kind: "token", token: "fresh" });
    expect(fallbackOf(undefined)).to.deep.equal({ kind: "token", token: "fresh" });
  });

  it("settings take this package's own namespace before the one that is shared with @pulumi/cloudflare", () => {
    const shared = { "cloudflare:apiToken": "shared", "cloudflare:baseUrl": "https://shared.example/client/v4" };
    const own = { "cloudflare-stream:apiKey": "k123", "cloudflare-stream:baseUrl": "https://own.example/client/v4" };
    const found = connection(source({ ...shared, ...own, "cloudflare:email": "me@example.com" }));
    expect(found.credentials).to.deep.equal({ kind: "key", key: "k123", email: "me@example.com" });
    expect(found.baseUrl).to.equal("https://own.example/client/v4");
  });

  it("settings take a key with its email address, each from either place", () => {
    const expected = { kind: "key", key: "k123", email: "me@example.com" };
    const both = { CLOUDFLARE_API_KEY: "k123", CLOUDFLARE_EMAIL: "me@example.com" };
    expect(connection(source({}, both)).credentials).to.deep.equal(expected);
    const mixed = source({ "cloudflare:email": "me@example.com" }, { CLOUDFLARE_API_KEY: "k123" });
    expect(connection(mixed).credentials).to.deep.equal(expected);
  });

  for (const [config, env, words] of [
    [
      {},
      {},
      [
        "CLOUDFLARE_API_TOKEN",
        "CLOUDFLARE_EMAIL",
        "use the configuration of the last `pulumi up`; an explicit provider",
      ],
    ],
    [{ "cloudflare:apiKey": "k123" }, {}, ["cloudflare:apiKey is given without cloudflare:email"]],
    [
      { "cloudflare-stream:email": "me@example.com" },
      {},
      ["cloudflare-stream:email is given without cloudflare-stream:apiKey"],
    ],
    [{}, { CLOUDFLARE_EMAIL: "me@example.com" }, ["CLOUDFLARE_EMAIL is given without CLOUDFLARE_API_KEY"]],
    [{ "cloudflare:apiToken": "two words" }, {}, ["a space, a line break"]],
    [{ "cloudflare:apiToken": "t123", "cloudflare:baseUrl": "http://api.example.com/client/v4" }, {}, ["is not https"]],
    [{ "cloudflare:apiToken": "t123" }, { CLOUDFLARE_BASE_URL: "ftp://example.com" }, ["must be an https address"]],
    [{ "cloudflare:apiToken": "t123" }, { CLOUDFLARE_BASE_URL: "http://me:two%20words@127.0.0.1:1" }, ["a user name"]],
    [{ "cloudflare:apiToken": "t123" }, { CLOUDFLARE_BASE_URL: "https://example.com/client/v4?a=1" }, ["a query"]],
  ] as const) {
    it(`settings refuse ${JSON.stringify({ ...config, ...env })} and name what is wrong`, () => {
      try {
        connection(source(config, env));
      } catch (error) {
        for (const word of words) expect((error as Error).message).to.contain(word);
        expect((error as Error).message).to.not.contain("two words");
        return;
      }
      expect.fail("it was accepted");
    });
  }

  it("settings accept http for loopback addresses, and elsewhere only if it is allowed", () => {
    const token = { CLOUDFLARE_API_TOKEN: "t123" };
    for (const host of ["localhost:8787", "127.0.0.1:1", "[::1]:1"]) {
      const found = connection(source({ "cloudflare:baseUrl": `http://${host}/client/v4/` }, token));
      expect(found.baseUrl).to.equal(`http://${host}/client/v4`);
    }
    const config = {
      "cloudflare:baseUrl": "http://mock:1/client/v4",
      "cloudflare-stream:allowInsecureBaseUrl": "true",
    };
    expect(connection(source(config, token)).baseUrl).to.equal("http://mock:1/client/v4");
  });

  it("settings take the account from the configuration, else the environment, and refuse a malformed one", () => {
    const [a, b] = ["A".repeat(32), "b".repeat(32)];
    expect(defaultAccountId(source({ "cloudflare-stream:accountId": a }, { CLOUDFLARE_ACCOUNT_ID: b }))).to.equal(
      "a".repeat(32),
    );
    expect(defaultAccountId(source({}, { CLOUDFLARE_ACCOUNT_ID: b }))).to.equal(b);
    expect(defaultAccountId(source({}))).to.equal(undefined);
    expect(() => defaultAccountId(source({}, { CLOUDFLARE_ACCOUNT_ID: "x" }))).to.throw(
      "CLOUDFLARE_ACCOUNT_ID must be",
    );
  });

  const ofProvider = (prefix: "" | "cloudflare-stream:", misspelt: Record<string, string> = {}) => ({
    ...source({}),
    provider: { name: "own", prefix, misspelt },
  });

  it("settings of an explicit provider are advised to be given to it, by its names, and not to the stack's configuration", () => {
    for (const [prefix, words] of [
      ["", 'Give the provider "own" the argument apiToken, or apiKey with email'],
      [
        "cloudflare-stream:",
        'Give the provider "own" the argument cloudflare-stream:apiToken, or cloudflare-stream:apiKey',
      ],
    ] as const) {
      for (const ask of [connection, withoutAccount]) {
        const text = problemOf(() => ask(ofProvider(prefix)));
        expect(text).to.contain("no Cloudflare credentials were given").and.contain(words);
        expect(text)
          .to.contain("CLOUDFLARE_API_TOKEN")
          .and.not.contain("pulumi config")
          .and.not.contain("did you mean");
      }
      expect(withoutAccount(ofProvider(prefix))).to.contain(`${prefix}accountId of its provider "own"`);
    }
    const misspelt = ofProvider("cloudflare-stream:", { "cloudflare-stream:apitoken": "cloudflare-stream:apiToken" });
    expect(problemOf(() => connection(misspelt))).to.contain(
      "It has no argument cloudflare-stream:apitoken: did you mean cloudflare-stream:apiToken?",
    );
  });

  it("settings that are missing or wrong are named in one message, each with its sentences", () => {
    const wrong = source({ "cloudflare:baseUrl": "http://example.com", "cloudflare-stream:requestsPer5Minutes": "1" });
    for (const text of [problemOf(() => connection(wrong)), withoutAccount(wrong)])
      expect(text).to.match(
        /^no Cloudflare credentials were given\. .*`pulumi refresh`.* instead\. The base URL .*\. cloudflare-stream:requestsPer5Minutes .* for you\./,
      );
    expect(withoutAccount(wrong)).to.match(/ No account was given\. Set the argument accountId, or `pulumi config set/);
    expect(withoutAccount(source({}, { CLOUDFLARE_API_TOKEN: "t123" }))).to.match(/^no account was given\./);
  });

  it("settings show a wrong account, unless it may be a credential in the wrong place, or a provider's secret", () => {
    const wrong = (config: string | undefined, env: string | undefined, provider = false) =>
      problemOf(() =>
        defaultAccountId({
          ...(provider ? ofProvider("") : {}),
          config: (key) => (key === "cloudflare-stream:accountId" ? config : undefined),
          env: { CLOUDFLARE_ACCOUNT_ID: env },
        }),
      );
    expect(wrong("acme", undefined)).to.match(/^the configuration cloudflare-stream:accountId must be .*; got "acme"$/);
    expect(wrong(undefined, "acme")).to.match(/^CLOUDFLARE_ACCOUNT_ID must be .*; got "acme"$/);
    expect(wrong("t".repeat(40), undefined)).to.match(/; got 40 characters$/);
    expect(wrong("acme", undefined, true)).to.match(/^accountId of the provider "own" must be .*; got 4 characters$/);
    expect(wrong(undefined, "acme", true)).to.match(/^CLOUDFLARE_ACCOUNT_ID must be .*; got "acme"$/);
  });

  it("settings take what follows the User-Agent from either namespace, and refuse what would be no header", () => {
    const suffixOf = (config: Record<string, string>) =>
      connection(source(config, { CLOUDFLARE_API_TOKEN: "t123" })).userAgentSuffix;
    const [own, shared] = ["cloudflare-stream:userAgentOperatorSuffix", "cloudflare:userAgentOperatorSuffix"];
    expect(suffixOf({ [shared]: " acme/7 (eu) " })).to.equal("acme/7 (eu)");
    expect(suffixOf({ [shared]: "shared", [own]: "own" })).to.equal("own");
    expect(suffixOf({})).to.equal(undefined);
    for (const wrong of ["a\r\nX-Auth-Key: b", "a\u0000b", "caf\u00e9", "a".repeat(201)])
      expect(() => suffixOf({ [shared]: wrong }), wrong).to.throw(
        "must be one line of at most 200 printable ASCII characters",
      );
  });

  it("settings say what becomes of downloads that exist already, and refuse another word", () => {
    const of = (value?: string) =>
      configuredIfExists({ config: (key) => (key === "cloudflare-stream:ifExists" ? value : undefined), env: {} });
    expect([of(), of("adopt"), of(" fail ")]).to.deep.equal(["adopt", "adopt", "fail"]);
    expect(() => of("keep")).to.throw('cloudflare-stream:ifExists must be "adopt" or "fail"');
  });

  it("settings say whether a preview looks at Cloudflare, and refuse anything but true and false", () => {
    const of = (value?: string) =>
      source({ "cloudflare-stream:previewChecks": value ?? "" }, { CLOUDFLARE_API_TOKEN: "t" });
    expect([of(), of("true"), of(" false ")].map(configuredPreviewChecks)).to.deep.equal([true, true, false]);
    for (const read of [configuredPreviewChecks, connection])
      expect(() => read(of("no"))).to.throw("cloudflare-stream:previewChecks must be true or false");
  });

  it("settings take a request budget from the configuration, and refuse what is none", () => {
    const quotaOf = (value: string) =>
      connection(source({ "cloudflare-stream:requestsPer5Minutes": value }, { CLOUDFLARE_API_TOKEN: "t123" }))
        .requestsPer5Minutes;
    expect(quotaOf("12000")).to.equal(12_000);
    expect(quotaOf(" ")).to.equal(undefined);
    for (const wrong of ["many", "1.5", "-1", "99", "60001", "1e4"])
      expect(() => quotaOf(wrong), wrong).to.throw("must be a whole number from 100 to 60000");
  });
});
