import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { type Emulator, startEmulator } from "../../packages/emulator/src";
import { getStreamDownloads, getStreamDownloadsOutput } from "../../src";
import { installFakeTime } from "../support/fakeTime";
import { ACCOUNT, TOKEN, video } from "../support/ids";

const NAMES = [
  "CLOUDFLARE_BASE_URL",
  "CLOUDFLARE_API_TOKEN",
  "CLOUDFLARE_ACCOUNT_ID",
  "CLOUDFLARE_API_KEY",
  "CLOUDFLARE_EMAIL",
];

describe("looking downloads up", () => {
  let emulator: Emulator;
  let time: ReturnType<typeof installFakeTime>;
  const before = Object.fromEntries(NAMES.map((name) => [name, process.env[name]]));
  const restore = () => {
    for (const name of NAMES) {
      if (before[name] === undefined) Reflect.deleteProperty(process.env, name);
      else process.env[name] = before[name];
    }
  };
  beforeEach(async () => {
    emulator = await startEmulator();
    // Nobody moves it: no look-up takes longer than its time limit, on a slow machine either.
    time = installFakeTime();
    // Mocks that another test has set would be used instead.
    pulumi.runtime.resetOptions("project", "stack", -1, "", "", false, "");
    restore();
    Object.assign(process.env, {
      CLOUDFLARE_BASE_URL: emulator.baseUrl,
      CLOUDFLARE_API_TOKEN: TOKEN,
      CLOUDFLARE_ACCOUNT_ID: ACCOUNT,
    });
  });
  afterEach(async () => {
    time.uninstall();
    restore();
    await emulator.close();
  });
  const failure = (args: { videoId: string; accountId?: string }) =>
    getStreamDownloads(args).then(
      () => "",
      (error: Error) => error.message,
    );

  it("a look-up finds what exists, with a url only where it works", async () => {
    emulator.setDownload(video(1), "audio", { status: "ready", percent: 100 });
    emulator.setDownload(video(1), "default", { status: "inprogress", percent: 40 });
    const found = await getStreamDownloads({ videoId: video(1).toUpperCase() });
    expect(found).to.deep.include({
      videoId: video(1),
      accountId: ACCOUNT,
      default: { status: "inprogress", percentComplete: 40 },
    });
    expect(found.audio?.url).to.match(/audio\.m4a$/);
    expect(await getStreamDownloads({ videoId: video(2) })).to.deep.equal({ videoId: video(2), accountId: ACCOUNT });
  });

  it("a look-up says what is wrong with an argument, an account, the credentials or the response", async () => {
    expect(await failure({ videoId: "x" })).to.contain("videoId must be 32 hexadecimal characters");
    expect(await failure({ videoId: video(1), accountId: "x" })).to.contain(
      "accountId must be 32 hexadecimal characters",
    );
    emulator.injectFault({ kind: "status", status: 403 });
    expect(await failure({ videoId: video(1) }))
      .to.contain("looking up the downloads of video")
      .and.contain("lacks a permission");
    delete process.env.CLOUDFLARE_ACCOUNT_ID;
    expect(await failure({ videoId: video(1) })).to.contain("no account was given");
    delete process.env.CLOUDFLARE_API_TOKEN;
    expect(await failure({ videoId: video(1), accountId: ACCOUNT })).to.contain("no Cloudflare credentials");
  });

  it("a look-up fails without a stack, which Pulumi would take seconds to format and not show", async () => {
    const error = await getStreamDownloads({ videoId: "x" }).catch((reason: Error) => reason);
    expect(error).to.be.instanceOf(pulumi.RunError);
    expect((error as Error).stack).to.equal((error as Error).message);
  });

  it("a look-up is unknown in a preview without credentials where it is an output, and found with them", async () => {
    pulumi.runtime.resetOptions("project", "stack", -1, "", "", true, "");
    const known = getStreamDownloadsOutput({ videoId: pulumi.output(video(1)) });
    expect(await new Promise((resolve) => known.apply((found) => resolve(found.accountId)))).to.equal(ACCOUNT);
    delete process.env.CLOUDFLARE_API_TOKEN;
    const unknown = getStreamDownloadsOutput({ videoId: video(1) }) as unknown as { isKnown: Promise<boolean> };
    expect(await unknown.isKnown).to.equal(false);
  });
});
