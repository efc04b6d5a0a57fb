import { expect } from "chai";
import { video } from "../support/ids";
import { until } from "../support/until";
import { Fixture, writes } from "./fixture";
import { providerPid } from "./processes";

describe("a StreamDownloads on the real engine", () => {
  const fixture = new Fixture();
  const bulk = (ids: readonly number[], more = "") =>
    `const { StreamDownloads } = require("pulumi-cloudflare-stream-downloads");
     const all = new StreamDownloads("all", { videoIds: ${JSON.stringify(ids.map(video))}${more} });
     exports.urls = all.urls; exports.statuses = all.statuses;\n`;
  const files = (...ids: number[]) => ids.map((id) => `${video(id)}/default`).sort();

  it("creates all in one step, leaves them alone when unchanged, touches only what is added or removed, and destroys", async () => {
    const emulator = await fixture.emulator();
    const stack = await fixture.stack(emulator, bulk([1, 2, 3]));
    await stack.mustRun("preview");
    expect(emulator.requests).to.have.length(0);
    const created = await stack.mustUp();
    expect(created.text).to.contain("2 created").and.contain("3/3 ready");
    const outputs = (await stack.outputs()) as { urls: Record<string, { default: string }>; statuses: object };
    expect(outputs.statuses).to.deep.equal(Object.fromEntries([1, 2, 3].map((n) => [video(n), { default: "ready" }])));
    expect((await fetch(outputs.urls[video(2)]?.default ?? "")).status).to.equal(200);

    const before = emulator.requests.length;
    await stack.mustUp("--expect-no-changes");
    expect(emulator.requests.length).to.equal(before);

    stack.program(bulk([2, 3, 4]));
    const preview = await stack.mustRun("preview");
    expect(preview.text).to.contain(`1 to add (${video(4)}/default); 1 to remove (${video(1)}/default)`);
    await stack.mustUp();
    expect(emulator.files()).to.deep.equal(files(2, 3, 4));
    const touched = emulator.requests.slice(before).map(({ videoId }) => videoId);
    expect([...new Set(touched)].sort()).to.deep.equal([video(1), video(4)]);
    await stack.mustRun("destroy", "--yes");
    expect(emulator.files()).to.deep.equal([]);
  });

  it("takes types for all videos, or a list of downloads", async () => {
    const emulator = await fixture.emulator();
    const stack = await fixture.stack(emulator, bulk([1], ', types: ["default", "audio"]'));
    await stack.mustUp();
    expect(emulator.files()).to.deep.equal([`${video(1)}/audio`, `${video(1)}/default`]);
    stack.program(
      `const { StreamDownloads } = require("pulumi-cloudflare-stream-downloads");
       new StreamDownloads("all", { downloads: [{ videoId: "${video(1)}", type: "audio" }, { videoId: "${video(2)}" }] });`,
    );
    await stack.mustUp();
    expect(emulator.files()).to.deep.equal([`${video(1)}/audio`, `${video(2)}/default`]);
    expect(writes(emulator).sort()).to.deep.equal(["DELETE default", "POST audio", "POST default", "POST default"]);
  });

  it("keeps what went well when some fail, names the failures, and goes on with just those", async () => {
    const emulator = await fixture.emulator({ strict: true });
    for (const n of [1, 2]) emulator.addVideo({ videoId: video(n) });
    emulator.addVideo({ videoId: video(3), state: "error", errorReason: "not a video" });
    const stack = await fixture.stack(emulator, bulk([1, 2, 3, 4]));
    const run = await stack.up();
    expect(run.code).to.not.equal(0);
    expect(run.text)
      .to.contain("2 of 4 failed (2 of 4 ready")
      .and.contain("not a video")
      .and.contain(`there is no video ${video(4)}`);
    expect(run.text).to.contain(`${video(3)}/default`);
    expect(Object.keys((await stack.resources())[0]?.outputs?.urls as object)).to.deep.equal([video(1), video(2)]);
    const before = emulator.requests.length;
    for (const n of [3, 4]) emulator.addVideo({ videoId: video(n) });
    await stack.mustUp();
    expect(emulator.files()).to.deep.equal(files(1, 2, 3, 4));
    expect(emulator.requests.slice(before).map(({ videoId }) => videoId)).to.not.include(video(1));
  });

  it("resumes after a SIGKILL of the provider and after Ctrl-C, and makes nothing twice", async () => {
    const emulator = await fixture.emulator({ encodingMs: 3_600_000, unknowns: { repost: "restart" } });
    const stack = await fixture.stack(emulator, bulk([1, 2, 3]));
    const killed = stack.start("up", "--yes", "--skip-preview");
    await until(() => emulator.files().length === 3);
    process.kill(providerPid(killed.child.pid), "SIGKILL");
    expect((await killed.done).code).to.not.equal(0);
    const cancelled = stack.start("up", "--yes", "--skip-preview");
    const seen = emulator.requests.length;
    await until(() => emulator.requests.length > seen + 3);
    process.kill(cancelled.child.pid ?? 0, "SIGINT");
    expect((await cancelled.done).text).to.contain("cancelled while waiting");
    expect(Object.keys((await stack.resources())[0]?.outputs?.statuses as object)).to.have.length(3);
    emulator.clock.advance(3_600_000);
    await stack.mustUp();
    for (const n of [1, 2, 3]) expect(emulator.generations(video(n), "default")).to.equal(1);
    await stack.mustRun("destroy", "--yes");
    expect(emulator.files()).to.deep.equal([]);
  });

  it("sees by refresh what is gone, drops only that, and makes it again", async () => {
    const emulator = await fixture.emulator();
    const stack = await fixture.stack(emulator, bulk([1, 2, 3]));
    await stack.mustUp();
    emulator.setDownload(video(2), "default", undefined);
    await stack.mustRun("refresh", "--yes", "--skip-preview");
    expect(Object.keys((await stack.resources())[0]?.outputs?.urls as object)).to.deep.equal([video(1), video(3)]);
    expect((await stack.mustRun("preview")).text).to.contain(`1 to add (${video(2)}/default)`);
    await stack.mustUp();
    expect(emulator.files()).to.deep.equal(files(1, 2, 3));
    expect(writes(emulator)).to.have.length(4);
  });

  it("gives a video to a StreamDownload and takes it back without a file being made or deleted", async () => {
    const emulator = await fixture.emulator({ unknowns: { repost: "restart" } });
    const single = `new StreamDownload("one", { videoId: "${video(1)}" });\n`;
    const stack = await fixture.stack(emulator, bulk([1, 2]));
    await stack.mustUp();
    stack.program(bulk([2]) + single);
    await stack.mustUp();
    stack.program(single + bulk([2, 1]).replace("[2, 1]", "[1, 2]"));
    expect((await stack.run("preview")).text).to.contain("already");
    stack.program(bulk([1, 2]));
    await stack.mustUp();
    expect(writes(emulator)).to.deep.equal(["POST default", "POST default"]);
    expect(emulator.files()).to.deep.equal(files(1, 2));
  });

  it("fails in the preview with the path of what is wrong", async () => {
    const emulator = await fixture.emulator();
    const stack = await fixture.stack(emulator, bulk([1, 2, 1]));
    expect((await stack.run("preview")).text)
      .to.contain("videoIds[2]")
      .and.contain("is the same download as videoIds[0]");
    stack.program(bulk([1], ', types: ["default", "gif"], downloads: [], typo: 1'));
    const run = await stack.run("preview");
    expect(run.text).to.contain("videoIds").and.contain("cannot be given beside downloads").and.contain("typo");
  });
});
