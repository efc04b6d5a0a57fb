import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { StreamDownload, StreamProvider } from "../../../src";
import { markers } from "../../../src/program/explicitProvider";
import { streamDownloadMocks, valueOf } from "../../../src/testing";
import { ACCOUNT, OTHER_ACCOUNT, video } from "../../support/ids";

const TYPE = StreamDownload.engineType;

describe("a StreamProvider", () => {
  const seen: pulumi.runtime.MockResourceArgs[] = [];
  before(() =>
    pulumi.runtime.setMocks(
      streamDownloadMocks({
        otherwise: {
          newResource(args) {
            seen.push(args);
            return { id: "an-id", state: args.inputs };
          },
        },
      }),
    ),
  );

  it("a StreamProvider is a provider of pulumi-nodejs whose settings are named as in the configuration, as text, with credentials that are secret", async () => {
    const own = new StreamProvider("own", {
      apiToken: "t",
      apiKey: pulumi.output("k"),
      email: undefined,
      accountId: ACCOUNT,
      allowInsecureBaseUrl: true,
      requestsPer5Minutes: pulumi.output(1500),
      previewChecks: false,
    });
    await valueOf(own.urn);
    expect(seen.at(-1)?.type).to.equal("pulumi:providers:pulumi-nodejs");
    const properties = own as unknown as Record<string, pulumi.Output<string>>;
    const settings = Object.entries(properties).filter(([name]) => name.startsWith("cloudflare-stream:"));
    const found = settings.map(async ([name, value]) => [
      name,
      (await pulumi.isSecret(value)) ? { secret: await valueOf(value) } : await valueOf(value),
    ]);
    expect(Object.fromEntries(await Promise.all(found))).to.deep.equal({
      "cloudflare-stream:apiToken": { secret: "t" },
      "cloudflare-stream:apiKey": { secret: "k" },
      "cloudflare-stream:accountId": ACCOUNT,
      "cloudflare-stream:allowInsecureBaseUrl": "true",
      "cloudflare-stream:requestsPer5Minutes": "1500",
      "cloudflare-stream:previewChecks": "false",
    });
  });

  it("a StreamProvider refuses an argument that does not exist and names the one that is meant", () => {
    for (const [key, end] of [
      ["apitoken", "apitoken is not an argument: did you mean apiToken?"],
      ["cloudflare-stream:apiToken", "cloudflare-stream:apiToken is not an argument: did you mean apiToken?"],
      ["token", "token is not an argument; the arguments are apiToken, apiKey, email, "],
    ] as const) {
      expect(() => new StreamProvider("own", { [key]: "Wr0ng" })).to.throw(
        pulumi.RunError,
        `the provider "own": ${end}`,
      );
    }
    const args = { requestsPer5Minutes: "1500" } as never;
    expect(() => new StreamProvider("own", args)).to.throw(
      'the provider "own": requestsPer5Minutes must be a number; got a string',
    );
    expect(() => new StreamProvider("own", { apiToken: "" })).to.not.throw();
    expect(() => new StreamProvider("own")).to.not.throw();
  });

  it("the account of a StreamProvider is under mocks that of the resources which name none, also in a component", async () => {
    const provider = new StreamProvider("accounts", { accountId: OTHER_ACCOUNT });
    expect(await valueOf(new StreamDownload("given", { videoId: video(1) }, { provider }).accountId)).to.equal(
      OTHER_ACCOUNT,
    );
    const parent = new pulumi.ComponentResource("acme:media:Group", "group", {}, { providers: [provider] });
    expect(await valueOf(new StreamDownload("below", { videoId: video(2) }, { parent }).accountId)).to.equal(
      OTHER_ACCOUNT,
    );
    expect(
      await valueOf(new StreamDownload("named", { videoId: video(1), accountId: ACCOUNT }, { provider }).accountId),
    ).to.equal(ACCOUNT);
    expect(await valueOf(new StreamDownload("beside", { videoId: video(2) }).accountId)).to.not.equal(OTHER_ACCOUNT);
  });
});

describe("what a resource tells of its provider", () => {
  before(() =>
    pulumi.runtime.setMocks({ newResource: ({ inputs }) => ({ id: "an-id", state: inputs }), call: () => ({}) }),
  );

  it("a resource tells nothing of its provider under mocks, where it would be among the inputs that a test sees", () => {
    expect(markers(TYPE, { provider: new StreamProvider("own") })).to.deep.equal({});
  });
});
