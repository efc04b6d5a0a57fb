/** On the real engine: both hosts' resources beside a dynamic resource that does nothing, and beside one as documentations write them. */
import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { startEmulator } from "../packages/emulator/src";
import { PROGRAM_HEAD } from "../test/engine/hosts";
import { Stack } from "../test/engine/stack";
import { exponent } from "./growth";
import { providerPeak } from "./providerMemory";
import type { Section } from "./report";

const SIZES = [1, 50, 200];

const ids = (count: number) => `Array.from({ length: ${count} }, (_, n) => n.toString(16).padStart(32, "0"))`;

const noop = (count: number, more: string) =>
  `const provider = 'exports.handler = () => ({ create: async (inputs) => ({ id: inputs.videoId, outs: inputs }), diff: async () => ({ changes: false }) });';
   class Noop extends pulumi.CustomResource {
     constructor(name, props) { super("pulumi-nodejs:dynamic/bench:Noop", name, { ...props, ${more} __provider: provider }); }
   }
   for (const videoId of ${ids(count)}) new Noop("r" + videoId, { videoId });`;

/** Each program declares so many downloads in its way. */
const PROGRAMS: Record<string, (count: number) => string> = {
  "no-op dynamic resource, one property": (count) => noop(count, ""),
  // What the engine and its SDK take for each property of a resource they take for anybody's.
  "no-op dynamic resource, StreamDownload's properties": (count) =>
    noop(
      count,
      `type: "default", accountId: "a".repeat(32), waitForReady: true, status: "ready", percentComplete: 100,
       url: "http://127.0.0.1:40000/" + props.videoId + "/downloads/default.mp4",
       __urn: "urn:pulumi:dev::project::pulumi-nodejs:dynamic/streamDownload:StreamDownload::" + name,`,
    ),
  ...Object.fromEntries(
    ["dynamic", "plugin"].flatMap((host) => [
      [
        `${host}: StreamDownload`,
        (count: number) =>
          `${PROGRAM_HEAD} for (const videoId of ${ids(count)}) new ${host}.StreamDownload("r" + videoId, { videoId });`,
      ],
      [
        `${host}: StreamDownloads`,
        (count: number) => `${PROGRAM_HEAD} new ${host}.StreamDownloads("all", { videoIds: ${ids(count)} });`,
      ],
    ]),
  ),
  "closures, axios, GET every 5 s": (count) =>
    `const axios = require("axios").default;
     const base = process.env.CLOUDFLARE_BASE_URL + "/accounts/" + process.env.CLOUDFLARE_ACCOUNT_ID + "/stream/";
     const headers = { authorization: "Bearer " + process.env.CLOUDFLARE_API_TOKEN };
     const provider = {
       async create(inputs) {
         const url = base + inputs.videoId + "/downloads";
         await axios.post(url, undefined, { headers });
         for (;;) {
           const { data } = await axios.get(url, { headers });
           if (data.result.default?.status === "ready") return { id: inputs.videoId, outs: { ...inputs, url: data.result.default.url } };
           await new Promise((resolve) => setTimeout(resolve, 5000));
         }
       },
       async delete(id, props) { await axios.delete(base + props.videoId + "/downloads", { headers }); },
     };
     class Doc extends pulumi.dynamic.Resource { constructor(name, props) { super(provider, name, { ...props, url: undefined }); } }
     for (const videoId of ${ids(count)}) new Doc("r" + videoId, { videoId });`,
};

/** As users run it: without what makes Node.js start sooner in the tests. */
const PLAIN = { env: { NODE_OPTIONS: undefined } };

async function measure(program: string) {
  const emulator = await startEmulator({ encodingMs: 0, rateLimit: false });
  const stack = Stack.create(emulator, program, PLAIN);
  symlinkSync(join(__dirname, "..", "node_modules", "axios"), join(stack.folder, "program", "node_modules", "axios"));
  let peak = 0;
  const timed = async (...args: string[]) => {
    const started = performance.now();
    const run = stack.start(...args, "--parallel", "64");
    const look = setInterval(() => {
      peak = Math.max(peak, providerPeak(run.child.pid) ?? 0);
    }, 250);
    const { code, text } = await run.done.finally(() => clearInterval(look));
    if (code !== 0) throw new Error(text);
    return (performance.now() - started) / 1000;
  };
  try {
    const up = await timed("up", "--yes", "--skip-preview");
    const unchanged = Math.min(
      await timed("up", "--yes", "--skip-preview"),
      await timed("up", "--yes", "--skip-preview"),
    );
    const preview = Math.min(await timed("preview"), await timed("preview"));
    const stateBytes = (await stack.export()).length;
    const destroy = await timed("destroy", "--yes", "--skip-preview");
    return { up, unchanged, preview, destroy, stateBytes, peak };
  } finally {
    stack.remove();
    await emulator.close();
  }
}

export async function benchEngine(sizes: readonly number[] = SIZES): Promise<Section> {
  const rows: (string | number)[][] = [];
  const data: Record<string, unknown>[] = [];
  const series: { name: string; points: [number, number][] }[] = [];
  for (const [name, program] of Object.entries(PROGRAMS)) {
    const points: [number, number][] = [];
    for (const count of sizes) {
      process.stderr.write(`[bench] engine: ${count} x ${name}\n`);
      const figures = await measure(program(count));
      const { up, unchanged, preview, destroy, stateBytes, peak } = figures;
      rows.push([name, count, up, unchanged, preview, destroy, stateBytes, stateBytes / count, peak]);
      data.push({ name, count, ...figures });
      points.push([count, stateBytes]);
    }
    const [, middle, last] = points;
    if (middle !== undefined && last !== undefined)
      rows.push([`${name}: state grows with exponent`, "", "", "", "", "", exponent(middle, last), "", ""]);
    series.push({ name, points });
  }
  return {
    name: "engine",
    title: "The engine's own floor",
    text: "The real CLI with --parallel 64, a file backend, an emulator whose files are ready at once; seconds by the wall clock, the better of two for unchanged `up` and preview. These machines are noisy: compare within the table. The provider's peak is read four times a second: of one that lives for less than a second it may be what it took at its start.",
    header: [
      "",
      "resources or downloads",
      "up (s)",
      "unchanged up (s)",
      "preview (s)",
      "destroy (s)",
      "state (bytes)",
      "bytes each",
      "provider peak (MiB)",
    ],
    rows,
    data,
    plot: { title: "Size of the state", x: "downloads", y: "state (bytes)", series },
  };
}
