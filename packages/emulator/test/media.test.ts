import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { mediaFilesPath, mediaFilesText } from "../scripts/media";
import { type Emulator, startEmulator } from "../src";
import { video } from "../../../test/support/ids";
import { raw } from "./support/raw";

const PATHS = { default: "default.mp4", audio: "audio.m4a" } as const;

interface Box {
  readonly kind: string;
  readonly from: number;
  readonly content: Buffer;
}

/** The boxes in some bytes, one after the other, to the last byte. */
function boxes(bytes: Buffer, start = 0): Box[] {
  const found: Box[] = [];
  for (let at = 0; at < bytes.length;) {
    const size = bytes.readUInt32BE(at);
    expect(size, "a box's size").to.be.within(8, bytes.length - at);
    const content = bytes.subarray(at + 8, at + size);
    found.push({ kind: bytes.toString("latin1", at + 4, at + 8), from: start + at + 8, content });
    at += size;
  }
  return found;
}

/** The contents of all boxes at a path. */
function inside(bytes: Buffer, path: string): Buffer[] {
  return path
    .split(".")
    .reduce(
      (all, kind) => all.flatMap((each) => boxes(each).filter((box) => box.kind === kind)).map((box) => box.content),
      [bytes],
    );
}

describe("the files of the emulator", () => {
  let emulator: Emulator;
  beforeEach(async () => {
    emulator = await startEmulator({ now: () => 0 });
    for (const type of ["default", "audio"] as const)
      emulator.setDownload(video(1), type, { status: "ready", percent: 100 });
  });
  afterEach(() => emulator.close());
  const get = (type: "default" | "audio", headers: Record<string, string> = {}, method = "GET") =>
    raw(`${new URL(emulator.baseUrl).origin}/${video(1)}/downloads/${PATHS[type]}`, { method, headers });

  it("the files of the emulator are what their script makes", () => {
    expect(readFileSync(mediaFilesPath, "utf8"), "npm run docs brings it up to date").to.equal(mediaFilesText());
  });

  for (const [type, brand, handlers, samples] of [
    ["default", "isom", ["vide", "soun"], [2, 98]],
    ["audio", "M4A ", ["soun"], [98]],
  ] as const) {
    it(`the files of the emulator have the boxes of an ISO file, and all samples inside of mdat: ${PATHS[type]}`, async () => {
      const { body } = await get(type);
      const top = boxes(body);
      expect(top.map(({ kind }) => kind)).to.deep.equal(["ftyp", "moov", "mdat", "free"]);
      expect(body.toString("latin1", 8, 12)).to.equal(brand);
      expect(top[3]?.content.toString()).to.contain(video(1));
      expect(inside(body, "moov.trak.mdia.hdlr").map((box) => box.toString("latin1", 8, 12))).to.deep.equal(handlers);
      const data = top[2];
      let at = data?.from ?? 0;
      inside(body, "moov.trak.mdia.minf.stbl.stsz").forEach((sizes, n) => {
        const offset = inside(body, "moov.trak.mdia.minf.stbl.stco")[n]?.readUInt32BE(8);
        expect([sizes.readUInt32BE(8), offset]).to.deep.equal([samples[n], at]);
        for (let sample = 0; sample < (samples[n] ?? 0); sample += 1) at += sizes.readUInt32BE(12 + 4 * sample);
      });
      expect(at).to.equal((data?.from ?? 0) + (data?.content.length ?? 0));
    });

    it(`the files of the emulator are decoded by ffmpeg without a warning, where that is installed: ${PATHS[type]}`, async function () {
      if (spawnSync("ffmpeg", ["-version"]).status !== 0) this.skip();
      const folder = mkdtempSync(join(tmpdir(), "emulator-media-"));
      try {
        const file = join(folder, PATHS[type]);
        writeFileSync(file, (await get(type)).body);
        const show = ["-show_entries", "stream=codec_name,nb_frames", "-of", "csv=p=0"];
        const probed = spawnSync("ffprobe", ["-v", "warning", ...show, file], { encoding: "utf8" });
        const streams = type === "default" ? ["h264,2", "aac,98"] : ["aac,98"];
        expect([probed.stdout.trim().split("\n"), probed.stderr]).to.deep.equal([streams, ""]);
        const decoded = spawnSync("ffmpeg", ["-v", "warning", "-i", file, "-f", "null", "-"], { encoding: "utf8" });
        expect([decoded.status, decoded.stderr]).to.deep.equal([0, ""]);
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    });
  }

  it("the files of the emulator are served whole with their length, and HEAD says the same without them", async () => {
    const whole = await get("default");
    expect(whole.status).to.equal(200);
    expect(whole.headers).to.include({ "accept-ranges": "bytes", "content-length": String(whole.body.length) });
    const head = await get("default", { range: "bytes=0-1" }, "HEAD");
    expect([head.status, head.body.length]).to.deep.equal([200, 0]);
    const { date: _date, connection: _connection, "keep-alive": _keepAlive, ...headers } = whole.headers;
    expect(head.headers).to.deep.include(headers);
    expect((await get("audio")).headers.etag).to.not.equal(whole.headers.etag);
  });

  it("the files of the emulator are served in parts", async () => {
    const { body, headers } = await get("default");
    const all = body.length;
    for (const [range, from, to] of [
      ["bytes=0-0", 0, 1],
      ["bytes=10-19", 10, 20],
      ["bytes=100-", 100, all],
      ["bytes=-5", all - 5, all],
      ["bytes=-999999", 0, all],
      [`bytes=${all - 1}-999999`, all - 1, all],
    ] as const) {
      const part = await get("default", { range });
      expect([part.status, part.headers["content-range"], part.headers["content-length"]], range).to.deep.equal([
        206,
        `bytes ${from}-${to - 1}/${all}`,
        String(to - from),
      ]);
      expect(part.body.equals(body.subarray(from, to)), range).to.equal(true);
    }
    for (const range of [`bytes=${all}-`, "bytes=-0"]) {
      const none = await get("default", { range });
      expect([none.status, none.headers["content-range"], none.body.length], range).to.deep.equal([
        416,
        `bytes */${all}`,
        0,
      ]);
    }
    for (const range of ["bytes=5-1", "bytes=0-1,5-6", "lines=1-2", "bytes=-", "bytes=a-b"])
      expect((await get("default", { range })).status, range).to.equal(200);
    const etag = headers.etag ?? "";
    expect((await get("default", { range: "bytes=0-1", "if-range": etag })).status).to.equal(206);
    expect((await get("default", { range: "bytes=0-1", "if-range": '"another"' })).status).to.equal(200);
  });
});
