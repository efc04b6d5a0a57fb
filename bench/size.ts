/** How a library on the real engine grows with its size. */
import { startEmulator } from "../packages/emulator/src";
import { Stack } from "../test/engine/stack";
import { exponent } from "./growth";
import { providerPeak } from "./providerMemory";
import type { Section } from "./report";

/** Videos, each with both types. */
const SIZES = [1000, 10_000, 30_000];

/** So many requests in 5 minutes that the budget plays no part. */
const QUOTA = 100_000_000;

const program = (videos: number) =>
  `const { StreamDownloads } = require("pulumi-cloudflare-stream-downloads");
   const videoIds = Array.from({ length: ${videos} }, (_, n) => n.toString(16).padStart(32, "0"));
   new StreamDownloads("all", { videoIds, types: ["default", "audio"] });`;

/** Seconds by the wall clock for each step of a stack's life, and how large what it leaves behind is. */
type Figures = Record<(typeof COLUMNS)[number][0], number>;

const COLUMNS = [
  ["preview", "preview (s)"],
  ["up", "up (s)"],
  ["unchanged", "unchanged up (s)"],
  ["removed", "one video removed (s)"],
  ["refresh", "refresh (s)"],
  ["destroy", "destroy (s)"],
  ["stateBytes", "state (bytes)"],
  ["inputBytes", "inputs in a message (bytes)"],
  ["outputBytes", "outputs in a message (bytes)"],
  ["peak", "provider peak (MiB)"],
] as const;

async function measure(videos: number): Promise<Figures> {
  const emulator = await startEmulator({ encodingMs: 0, rateLimit: { quota: QUOTA } });
  const stack = Stack.create(emulator, program(videos));
  let peak = 0;
  const timed = async (...args: string[]) => {
    process.stderr.write(`[bench] size: ${videos} videos, ${args[0]}\n`);
    const started = performance.now();
    const run = stack.start(...args);
    const look = setInterval(() => {
      peak = Math.max(peak, providerPeak(run.child.pid) ?? 0);
    }, 250);
    const { code, text } = await run.done.finally(() => clearInterval(look));
    if (code !== 0) throw new Error(text.slice(-2000));
    return (performance.now() - started) / 1000;
  };
  const update = () => timed("up", "--yes", "--skip-preview", "--suppress-outputs");
  try {
    const preview = await timed("preview");
    const up = await update();
    const unchanged = await update();
    const stateBytes = (await stack.export()).length;
    const [resource] = await stack.resources();
    const inputBytes = JSON.stringify(resource?.inputs).length;
    const outputBytes = JSON.stringify(resource?.outputs).length;
    stack.program(program(videos - 1));
    const removed = await update();
    const refresh = await timed("refresh", "--yes", "--skip-preview");
    const destroy = await timed("destroy", "--yes", "--skip-preview");
    const left = emulator.files().length;
    if (left > 0) throw new Error(`${left} files are left`);
    return { preview, up, unchanged, removed, refresh, destroy, stateBytes, inputBytes, outputBytes, peak };
  } finally {
    stack.remove();
    await emulator.close();
  }
}

export async function benchSize(sizes: readonly number[] = SIZES): Promise<Section> {
  const measured: [number, Figures][] = [];
  for (const videos of sizes) measured.push([videos, await measure(videos)]);
  return sectionOf(measured);
}

/** The table and the plot of what was measured. */
function sectionOf(measured: readonly (readonly [number, Figures])[]): Section {
  const rows: (string | number)[][] = measured.map(([videos, figures]) => [
    videos,
    ...COLUMNS.map(([name]) => figures[name]),
  ]);
  const [from, to] = measured.slice(-2);
  if (from !== undefined && to !== undefined)
    rows.push([
      "grows with exponent",
      ...COLUMNS.map(([name]) => exponent([from[0], from[1][name]], [to[0], to[1][name]])),
    ]);
  return {
    name: "size",
    title: "The size of a library",
    text: "One StreamDownloads with both types of each video on the real CLI, a file backend, files that are ready at once, and a budget of requests that is never short: of the 200 that one address may send in a second the provider takes half, which is what bounds the large ones. The exponents are between the two largest sizes: 1 is linear.",
    header: ["videos, with two downloads each", ...COLUMNS.map(([, title]) => title)],
    rows,
    data: measured.map(([videos, figures]) => ({ videos, ...figures })),
    plot: {
      title: "Time for a library by its size",
      x: "videos",
      y: "time (s)",
      series: (["up", "unchanged", "refresh", "destroy"] as const).map((name) => ({
        name,
        points: measured.map(([videos, figures]) => [videos, figures[name]] as const),
      })),
    },
  };
}
