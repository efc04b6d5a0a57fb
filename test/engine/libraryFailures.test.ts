import { expect } from "chai";
import { video } from "../support/ids";
import { Fixture } from "./fixture";

const library = (ids: readonly number[], more = "") =>
  `const { StreamDownloads } = require("pulumi-cloudflare-stream-downloads");
   const all = new StreamDownloads("all", { videoIds: ${JSON.stringify(ids.map(video))}${more} });
   exports.urls = all.urls; exports.statuses = all.statuses; exports.failures = all.failures;\n`;

interface Outputs {
  readonly urls: Record<string, { default?: string }>;
  readonly statuses: Record<string, { default?: string }>;
  readonly failures: Record<string, { default?: string }>;
}

describe("a StreamDownloads in which something fails, on the real engine", () => {
  const fixture = new Fixture();
  const numbers = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12];

  it("a library in which something fails names every failed video below its cause, says so in its outputs, and with onFailure 'warn' lets the update continue", async () => {
    const emulator = await fixture.emulator({ strict: true });
    for (const n of numbers.slice(0, 4)) emulator.addVideo({ videoId: video(n) });
    emulator.addVideo({ videoId: video(5), state: "live-inprogress" });
    const stack = await fixture.stack(emulator, library(numbers));
    const failing = await stack.up();
    expect(failing.code).to.not.equal(0);
    expect(failing.text)
      .to.contain("8 of 12 failed (4 of 12 ready")
      .and.match(/7 x there is no such video in account/)
      .and.match(/1 x the video is a live stream in progress/);
    for (const n of numbers.slice(4)) expect(failing.text).to.contain(`${video(n)}/default`);
    const inState = (await stack.resources())[0]?.outputs?.failures as Outputs["failures"];
    expect(inState[video(7)]?.default).to.contain(`there is no video ${video(7)} in account`);

    stack.program(library(numbers, ', onFailure: "warn"'));
    const warned = await stack.mustUp();
    expect(warned.text).to.match(
      /warning: updating downloads: 8 of 12 failed \(4 of 12 ready[^]*7 x there is no such video/,
    );
    const outputs = (await stack.outputs()) as unknown as Outputs;
    expect(Object.keys(outputs.urls)).to.deep.equal(numbers.slice(0, 4).map(video));
    expect(Object.keys(outputs.failures)).to.have.members(numbers.slice(4).map(video));
    expect([outputs.statuses[video(1)]?.default, outputs.statuses[video(12)]?.default]).to.deep.equal([
      "ready",
      "error",
    ]);

    for (const n of numbers.slice(5)) emulator.addVideo({ videoId: video(n) });
    const preview = await stack.mustRun("preview");
    expect(preview.text).to.contain(`8 to try again (${video(5)}/default, `);
    const seen = emulator.requests.length;
    await stack.mustUp();
    expect(emulator.requests.slice(seen).map(({ videoId }) => videoId)).to.not.include(video(1));
    expect(Object.keys(((await stack.outputs()) as unknown as Outputs).failures)).to.deep.equal([video(5)]);

    // What failed and is no longer declared is of no interest, and nothing of it is there to delete.
    stack.program(
      library(
        numbers.filter((n) => n !== 5),
        ', onFailure: "warn"',
      ),
    );
    const mended = await stack.mustUp();
    expect(mended.text).to.not.contain("replace");
    expect(((await stack.outputs()) as unknown as Outputs).failures).to.deep.equal({});
    await stack.mustUp("--expect-no-changes");
    await stack.mustRun("destroy", "--yes");
    expect(emulator.files()).to.deep.equal([]);
  });

  it("a library in which something fails reports each kind of warning once, with its count", async () => {
    const emulator = await fixture.emulator({ encodingMs: 1000 });
    const stack = await fixture.stack(emulator, library([1, 2, 3]));
    for (const n of [1, 2, 3]) emulator.setDownload(video(n), "default", { status: "error", percent: 0 });
    const { text } = await stack.mustUp();
    expect([...new Set(text.match(/warning: .*/g))], "told on the row and at the end").to.deep.equal([
      "warning: Cloudflare failed to generate the file; requesting it once more (3 times)",
    ]);
  });

  it("a library in which something fails is not given up because Cloudflare refuses the first few of its videos, in an update and in the deletion", async () => {
    const emulator = await fixture.emulator({ encodingMs: 0 });
    const many = Array.from({ length: 90 }, (_, n) => n + 1);
    const stack = await fixture.stack(emulator, library(many));
    const refuse = (operation: "listDownloads" | "deleteDownload") => {
      for (const n of [1, 2, 3])
        emulator.injectFault({ kind: "status", status: 403, operation, videoId: video(n), times: 99 });
    };
    refuse("listDownloads");
    const failed = await stack.up();
    expect(failed.text).to.contain("3 of 90 failed (87 of 90 ready");
    emulator.clearFaults();
    await stack.mustUp();
    refuse("deleteDownload");
    const left = await stack.run("destroy", "--yes", "--skip-preview");
    expect(left.text).to.contain("3 of 90 failed (87 of 90 deleted");
    expect(emulator.files()).to.deep.equal([1, 2, 3].map((n) => `${video(n)}/default`));

    // Where all are refused, not all are tried: up to 24 are in flight, and as many follow before ten have been refused.
    emulator.clearFaults();
    emulator.injectFault({ kind: "status", status: 403, times: 999 });
    const seen = emulator.requests.length;
    const refused = await stack.up("--refresh");
    expect(refused.code).to.not.equal(0);
    const again = await stack.run("destroy", "--yes", "--skip-preview");
    expect(again.text).to.contain("not tried any further");
    expect(emulator.requests.length - seen).to.be.below(90);
    emulator.clearFaults();
    await stack.mustRun("destroy", "--yes", "--skip-preview");
  });

  it("a library in which something fails during its deletion says how to go on: with the same command, or with a refresh that finds what is deleted", async () => {
    const emulator = await fixture.emulator({ encodingMs: 0 });
    const stack = await fixture.stack(emulator, library([1, 2, 3]));
    await stack.mustUp();
    const refuse = (n: number) =>
      emulator.injectFault({ kind: "status", status: 403, operation: "deleteDownload", videoId: video(n), times: 9 });
    refuse(3);
    const failed = await stack.run("destroy", "--yes", "--skip-preview");
    expect(failed.code).to.not.equal(0);
    expect(failed.text).to.contain("1 of 3 failed (2 of 3 deleted").and.contain("run `pulumi up --refresh`");
    expect(emulator.files()).to.deep.equal([`${video(3)}/default`]);
    await stack.mustUp("--refresh");
    expect(emulator.files()).to.have.length(3);

    // Here an update deletes what the program no longer declares, and the next one continues with that.
    stack.program(library([1]));
    const removing = await stack.up();
    expect(removing.code).to.not.equal(0);
    expect(removing.text).to.contain("1 of 2 failed (1 of 2 deleted").and.not.contain("--refresh");
    emulator.clearFaults();
    await stack.mustUp();
    expect(emulator.files()).to.deep.equal([`${video(1)}/default`]);

    stack.program(library([1, 2, 3]));
    await stack.mustUp();
    refuse(2);
    expect((await stack.run("destroy", "--yes", "--skip-preview")).code).to.not.equal(0);
    emulator.clearFaults();
    await stack.mustRun("destroy", "--yes", "--skip-preview");
    expect(emulator.files()).to.deep.equal([]);
  });

  it("a library in which something fails keeps the state when a refresh cannot read one video, names it, and sends no more requests", async () => {
    const emulator = await fixture.emulator({ encodingMs: 0 });
    const many = Array.from({ length: 300 }, (_, n) => n + 1);
    const stack = await fixture.stack(emulator, library(many));
    await stack.mustUp();
    emulator.injectFault({ kind: "status", status: 403, operation: "listDownloads", videoId: video(7), times: 9 });
    const seen = emulator.requests.length;
    const { code, text } = await stack.run("refresh", "--yes", "--skip-preview");
    expect(code).to.not.equal(0);
    expect(text).to.contain(`${video(7)}/default: Cloudflare responded with 403`);
    expect(emulator.requests.length - seen).to.be.below(150);
    expect(Object.keys((await stack.resources())[0]?.outputs?.urls as object)).to.have.length(300);
  });
});
