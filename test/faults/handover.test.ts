import { expect } from "chai";
import { type Emulator, startEmulator } from "../../packages/emulator/src";
import { createStreamDownloadProvider, createStreamDownloadsProvider } from "../../src/hosts/dynamic/resourceProvider";
import { ProviderProcess } from "../../src/provider/providerProcess";
import { ACCOUNT, TOKEN, video } from "../support/ids";
import { until } from "../support/until";

interface PartialError extends Error {
  readonly id?: string;
  readonly properties?: Record<string, unknown>;
}

/** What a promise is rejected with. */
const failureOf = (promise: Promise<unknown>): Promise<PartialError> =>
  promise.then(
    () => Promise.reject(new Error("it went well")),
    (error: unknown) => error as PartialError,
  );

describe("a file that is left for a resource while that is being created", () => {
  let emulator: Emulator;
  let single: ReturnType<typeof createStreamDownloadProvider>;
  let library: ReturnType<typeof createStreamDownloadsProvider>;
  beforeEach(async () => {
    emulator = await startEmulator({ encodingMs: 0 });
    const shared = new ProviderProcess({ transport: { retries: 0 }, env: {} });
    single = createStreamDownloadProvider(shared);
    library = createStreamDownloadsProvider(shared);
    const config: Record<string, string> = {
      "cloudflare:apiToken": TOKEN,
      "cloudflare-stream:accountId": ACCOUNT,
      "cloudflare:baseUrl": emulator.baseUrl,
    };
    await single.configure({ config: { get: (key: string) => config[key] } } as never);
    emulator.setDownload(video(1), "default", { status: "ready", percent: 100 });
  });
  afterEach(() => emulator.close());

  const id = `${ACCOUNT}/${video(1)}/default`;
  const checked = async (name: string, args: object) => {
    const provider = "videoIds" in args ? library : single;
    return (await provider.check({}, { ...args, __urn: `urn::${name}` })).inputs as Record<string, unknown>;
  };
  /** Deletes the old resource while the new one's first GET hangs; then that GET fails. */
  const handOver = async (create: () => Promise<unknown>) => {
    const old = await checked("old", { videoId: video(2) });
    emulator.injectFault({ kind: "hang", operation: "listDownloads" });
    const failure = failureOf(create());
    await until(() => emulator.requests.length > 0);
    await single.delete(id, { ...old, videoId: video(1) });
    await emulator.close();
    return failure;
  };

  it("a file that is kept for a resource during its creation gets into its state although it fails", async () => {
    const inputs = await checked("new", { videoId: video(1) });
    const failure = await handOver(() => single.create(inputs));
    expect(failure).to.deep.include({ id });
    expect(failure.properties).to.include({ videoId: video(1), status: "inprogress" });
    expect(emulator.files()).to.deep.equal([`${video(1)}/default`]);
  });

  it("a file that is kept for a resource during its creation gets into a library's state although it fails, and of the rest nothing does", async () => {
    const inputs = await checked("new", { videoIds: [video(1), video(3)] });
    const failure = await handOver(() => library.create(inputs));
    expect(failure.properties?.statuses).to.deep.equal({ [video(1)]: { default: "inprogress" } });
  });

  it("a file that is kept for a resource during its creation leaves no trace in a state when none was left", async () => {
    const inputs = await checked("new", { videoId: video(1) });
    emulator.injectFault({ kind: "status", status: 403, operation: "listDownloads" });
    expect(await failureOf(single.create(inputs))).to.not.have.property("id");
  });
});
