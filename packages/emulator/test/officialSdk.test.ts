import { createRequire } from "node:module";
import { join } from "node:path";
import Cloudflare from "cloudflare";
import { expect } from "chai";
import type * as emulatorPackage from "../src";
import { ACCOUNT, TOKEN, video } from "../../../test/support/ids";
import { installedEmulator } from "../../../test/support/installedEmulator";

describe("Cloudflare's official SDK, pointed at the emulator", () => {
  let emulator: emulatorPackage.Emulator;
  let startEmulator: typeof emulatorPackage.startEmulator;
  let client: Cloudflare;
  before(() => {
    // As users have it: from its packed tarball.
    const loaded = createRequire(join(installedEmulator().folder, "test.js"))("cloudflare-stream-emulator");
    ({ startEmulator } = loaded as typeof emulatorPackage);
  });
  beforeEach(async () => {
    emulator = await startEmulator({ encodingMs: 1000, now: () => 0, strict: true, tokens: [TOKEN] });
    emulator.addVideo({ videoId: video(1) });
    client = new Cloudflare({ apiToken: TOKEN, baseURL: emulator.baseUrl, maxRetries: 0 });
  });
  afterEach(() => emulator.close());
  const account = { account_id: ACCOUNT };

  it("Cloudflare's official SDK creates, lists and deletes a video's downloads", async () => {
    const created = await client.stream.downloads.create(video(1), account);
    expect(created.default?.status).to.equal("inprogress");
    emulator.clock.advance(1000);
    const listed = await client.stream.downloads.get(video(1), account);
    expect(listed.default).to.deep.include({ status: "ready", percentComplete: 100 });
    const file = await fetch(listed.default?.url ?? "");
    expect([file.status, file.headers.get("content-type")]).to.deep.equal([200, "video/mp4"]);
    await client.stream.downloads.delete(video(1), account);
    expect(await client.stream.downloads.get(video(1), account)).to.deep.equal({});
  });

  it("Cloudflare's official SDK sees a video's state", async () => {
    expect(await client.stream.get(video(1), account)).to.deep.include({ uid: video(1), readyToStream: true });
  });

  it("Cloudflare's official SDK gets the API's errors as its own", async () => {
    const failure = async (from: Cloudflare, id: string) =>
      from.stream.get(id, account).then(
        () => "none",
        (error: unknown) => (error instanceof Cloudflare.APIError ? `${error.status} ${error.name}` : "another"),
      );
    expect(await failure(client, video(2))).to.contain("404");
    const stranger = new Cloudflare({ apiToken: "another", baseURL: emulator.baseUrl, maxRetries: 0 });
    expect(await failure(stranger, video(1))).to.contain("401");
    emulator.block(TOKEN, 60_000);
    expect(await failure(client, video(1))).to.contain("429");
  });
});
