/** Makes src/mediaFiles.ts: an MP4 of two pictures with silence, and an M4A of silence, each some 12.5 seconds long (ISO/IEC 14496-12 and -14). */
import { resolve } from "node:path";
import {
  AUDIO_CONFIG,
  AVC_PROFILE,
  PICTURE,
  PICTURE_PARAMETERS,
  PICTURES,
  SEQUENCE_PARAMETERS,
  SILENCE,
  SOUND,
} from "./mediaBits";

const MOVIE_TIMESCALE = 1000;
const PICTURE_MS = 6250;
const SILENT_FRAMES = 98;

/** A track of a file; what is different between pictures and sound. */
interface Track {
  readonly kind: "vide" | "soun";
  readonly timescale: number;
  readonly samples: readonly Buffer[];
  /** In units of `timescale`. */
  readonly sampleDuration: number;
  readonly sampleEntry: Buffer;
  readonly mediaHeader: Buffer;
}

const u8 = (...values: number[]) => Buffer.from(values);
const u16 = (...values: number[]) => Buffer.concat(values.map((value) => u8(value >>> 8, value & 0xff)));
const u32 = (...values: number[]) =>
  Buffer.concat(values.map((value) => u16(Math.floor(value / 65_536), value % 65_536)));

function box(kind: string, ...content: readonly Buffer[]): Buffer {
  const body = Buffer.concat(content);
  return Buffer.concat([u32(8 + body.length), Buffer.from(kind, "latin1"), body]);
}

/** A box with a version and flags. */
const fullBox = (kind: string, flags: number, ...content: readonly Buffer[]) => box(kind, u32(flags), ...content);

/** No rotation, no scaling. */
const MATRIX = u32(0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000);

const video: Track = {
  kind: "vide",
  timescale: MOVIE_TIMESCALE,
  samples: PICTURES,
  sampleDuration: PICTURE_MS,
  mediaHeader: fullBox("vmhd", 1, Buffer.alloc(8)),
  sampleEntry: box(
    "avc1",
    Buffer.alloc(6),
    u16(1), // data reference
    Buffer.alloc(16),
    u16(PICTURE.width, PICTURE.height),
    u32(0x480000, 0x480000, 0), // 72 dpi
    u16(1), // one picture in a sample
    Buffer.alloc(32), // the compressor's name
    u16(24, 0xffff), // colours without alpha, no colour table
    box(
      "avcC",
      u8(1, ...AVC_PROFILE, 0xff, 0xe1), // lengths of four bytes; one set of sequence parameters
      u16(SEQUENCE_PARAMETERS.length),
      SEQUENCE_PARAMETERS,
      u8(1),
      u16(PICTURE_PARAMETERS.length),
      PICTURE_PARAMETERS,
    ),
  ),
};

/** A descriptor of MPEG-4 systems. */
const descriptor = (tag: number, ...content: readonly Buffer[]) => {
  const body = Buffer.concat(content);
  return Buffer.concat([u8(tag, body.length), body]);
};

const audio: Track = {
  kind: "soun",
  timescale: SOUND.hertz,
  samples: Array.from({ length: SILENT_FRAMES }, () => SILENCE),
  sampleDuration: SOUND.samplesInFrame,
  mediaHeader: fullBox("smhd", 0, Buffer.alloc(4)),
  sampleEntry: box(
    "mp4a",
    Buffer.alloc(6),
    u16(1), // data reference
    Buffer.alloc(8),
    u16(1, 16, 0, 0), // one channel, 16 bits
    u32(SOUND.hertz * 65_536),
    fullBox(
      "esds",
      0,
      descriptor(
        3,
        u16(0),
        u8(0),
        descriptor(4, u8(0x40, 0x15, 0, 0, 0), u32(0, 0), descriptor(5, AUDIO_CONFIG)),
        descriptor(6, u8(2)),
      ),
    ),
  ),
};

function trackBox(track: Track, id: number, offset: number): Buffer {
  const { kind, timescale, samples, sampleDuration } = track;
  const duration = samples.length * sampleDuration;
  const inMovie = Math.round((duration / timescale) * MOVIE_TIMESCALE);
  const isVideo = kind === "vide";
  const size = isVideo ? [PICTURE.width * 65_536, PICTURE.height * 65_536] : [0, 0];
  return box(
    "trak",
    fullBox("tkhd", 3, u32(0, 0, id, 0, inMovie, 0, 0), u16(0, 0, isVideo ? 0 : 0x100, 0), MATRIX, u32(...size)),
    box(
      "mdia",
      fullBox("mdhd", 0, u32(0, 0, timescale, duration), u16(0x55c4, 0)), // no language
      fullBox("hdlr", 0, u32(0), Buffer.from(kind), Buffer.alloc(12), u8(0)),
      box(
        "minf",
        track.mediaHeader,
        box("dinf", fullBox("dref", 0, u32(1), fullBox("url ", 1))),
        box(
          "stbl",
          fullBox("stsd", 0, u32(1), track.sampleEntry),
          fullBox("stts", 0, u32(1, samples.length, sampleDuration)),
          ...(isVideo ? [fullBox("stss", 0, u32(1, 1))] : []),
          fullBox("stsc", 0, u32(1, 1, samples.length, 1)),
          fullBox("stsz", 0, u32(0, samples.length, ...samples.map(({ length }) => length))),
          fullBox("stco", 0, u32(1, offset)),
        ),
      ),
    ),
  );
}

function file(brands: string, tracks: readonly Track[]): Buffer {
  const fileType = box("ftyp", Buffer.from(brands.slice(0, 4)), u32(0x200), Buffer.from(brands));
  const duration = Math.max(
    ...tracks.map(({ samples, sampleDuration, timescale }) => (samples.length * sampleDuration) / timescale),
  );
  /** With the samples of each track beginning where it says. */
  const movie = (offsets: readonly number[]) =>
    box(
      "moov",
      fullBox(
        "mvhd",
        0,
        u32(0, 0, MOVIE_TIMESCALE, Math.round(duration * MOVIE_TIMESCALE), 0x10000),
        u16(0x100, 0),
        u32(0, 0),
        MATRIX,
        Buffer.alloc(24),
        u32(tracks.length + 1),
      ),
      ...tracks.map((track, n) => trackBox(track, n + 1, offsets[n] ?? 0)),
    );
  let offset = fileType.length + movie([]).length + 8;
  const offsets = tracks.map(({ samples }) => {
    const at = offset;
    offset += Buffer.concat(samples).length;
    return at;
  });
  return Buffer.concat([fileType, movie(offsets), box("mdat", ...tracks.flatMap(({ samples }) => samples))]);
}

export const mediaFilesPath = resolve(__dirname, "../src/mediaFiles.ts");

/** The source as it is to be. */
export function mediaFilesText(): string {
  const files = { default: file("isomiso2avc1mp41", [video, audio]), audio: file("M4A isomiso2", [audio]) };
  const constants = Object.entries(files).map(([type, bytes]) => {
    const lines = bytes.toString("base64").match(/.{1,100}/g) ?? [];
    return `  ${type}: [\n${lines.map((line) => `    "${line}",\n`).join("")}  ],\n`;
  });
  return `// Made by \`npm run docs\` from scripts/media.ts.\n\n/** The files behind a download's url, in base64. */\nexport const MEDIA_FILES = {\n${constants.join("")}};\n`;
}
