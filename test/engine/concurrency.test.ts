import { expect } from "chai";
import { video } from "../support/ids";
import { Fixture } from "./fixture";

/**
 * The state is written once, at the end: with a file of this size, to write it with each resource takes the engine two thirds of
 * the time, and is not what these tests are about.
 */
const WRITTEN_ONCE = { PULUMI_SKIP_CHECKPOINTS: "true", PULUMI_EXPERIMENTAL: "true" };

describe("many resources at once on the real engine", () => {
  const fixture = new Fixture();
  it("a budget that is configured holds for a preview, its update and another stack together, where the API says nothing of it", async () => {
    const emulator = await fixture.emulator({ rateLimit: false });
    const library = (from: number) =>
      `new StreamDownloads("library", { videoIds: Array.from({ length: 60 }, (_, n) => (n + ${from}).toString(16).padStart(32, "0")) });`;
    const body = (from: number) =>
      `const { StreamDownloads } = require("pulumi-cloudflare-stream-downloads");\n${library(from)}`;
    const first = await fixture.stack(emulator, body(1));
    const second = await fixture.stack(emulator, body(1001), { env: { TMPDIR: first.env.TMPDIR } });
    for (const stack of [first, second]) await stack.config({ "cloudflare-stream:requestsPer5Minutes": "100" });
    await first.mustRun("preview");
    const previewed = emulator.requests.length;
    expect(previewed).to.be.within(2, 98);
    const updates = [first, second].map((stack) => stack.start("up", "--yes", "--skip-preview"));
    for (const update of updates) await update.until(() => update.text().includes("of 100 requests sent"));
    expect(emulator.requests.length).to.be.within(previewed, 98);
    for (const update of updates) update.child.kill("SIGINT");
    await Promise.all(updates.map(({ done }) => done));
  });

  it("200 with --parallel 64 converge while a tenth of all calls fails", async () => {
    // The worst that an API can do: a repeated request generates the file again.
    const emulator = await fixture.emulator({ rateLimit: false, behavior: { repost: "restart" } });
    const stack = await fixture.stack(
      emulator,
      `for (let n = 0; n < 100; n += 1) for (const type of ["default", "audio"])
         new StreamDownload(type + n, { videoId: n.toString(16).padStart(32, "0"), type });`,
      { env: WRITTEN_ONCE },
    );
    const kinds = [
      { kind: "status", status: 500 },
      { kind: "reset" },
      { kind: "reset", afterProcessing: true },
      { kind: "status", status: 503, afterProcessing: true },
    ] as const;
    for (const kind of kinds) emulator.injectFault({ ...kind, times: 1_000_000, probability: 0.025 });
    // A run may end with failures that outlived their retries; what they left behind the next one takes up.
    for (let runs = 0; runs < 4 && (await stack.up("--parallel", "64")).code !== 0; runs += 1);
    emulator.clearFaults();
    await stack.mustUp("--parallel", "64");
    const declared = Array.from({ length: 100 }, (_, n) => [`${video(n)}/audio`, `${video(n)}/default`]).flat();
    expect(emulator.files()).to.deep.equal(declared.sort());
    for (const file of declared) {
      const [id = "", type] = file.split("/");
      expect(emulator.generations(id, type as "default")).to.equal(1);
    }
    const resources = await stack.resources();
    expect(resources.filter(({ outputs }) => outputs?.status === "ready")).to.have.length(200);
    await stack.mustRun("destroy", "--yes", "--skip-preview", "--parallel", "64");
    expect(emulator.files()).to.deep.equal([]);
  });

  it("260 with --parallel 256 work", async () => {
    const emulator = await fixture.emulator({ encodingMs: 0, rateLimit: false });
    const stack = await fixture.stack(
      emulator,
      'for (let n = 0; n < 260; n += 1) new StreamDownload("v" + n, { videoId: n.toString(16).padStart(32, "0") });',
      { env: WRITTEN_ONCE },
    );
    await stack.mustUp("--parallel", "256");
    expect(emulator.files()).to.have.length(260);
  });
});
