/** How long the checks at Cloudflare make a preview: the same preview with and without them, by turns. */
import { startEmulator } from "../packages/emulator/src";
import { PROGRAM_HEAD } from "../test/engine/hosts";
import { Stack } from "../test/engine/stack";
import { median } from "./median";
import type { Section } from "./report";

const TURNS = 3;
/** How late each response comes, in milliseconds: an API across the internet. */
const LATENCY_MS = 100;

const ids = (count: number) => `Array.from({ length: ${count} }, (_, n) => n.toString(16).padStart(32, "0"))`;
const singles = (count: number) => (host: string) =>
  `${PROGRAM_HEAD} for (const videoId of ${ids(count)}) new ${host}.StreamDownload("r" + videoId, { videoId });`;

const PROGRAMS: Record<string, (host: string) => string> = {
  "1 StreamDownload": singles(1),
  "10 StreamDownload": singles(10),
  "200 StreamDownload": singles(200),
  "a StreamDownloads of 5,000": (host) =>
    `${PROGRAM_HEAD} new ${host}.StreamDownloads("all", { videoIds: ${ids(5000)} });`,
};

async function measure(program: string) {
  const emulator = await startEmulator();
  emulator.injectFault({ kind: "delay", ms: LATENCY_MS, times: 1_000_000 });
  const stack = Stack.create(emulator, program, { env: { NODE_OPTIONS: undefined } });
  const timed = async (previewChecks: string) => {
    await stack.mustRun("config", "set", "cloudflare-stream:previewChecks", previewChecks);
    emulator.clearRequests();
    const started = performance.now();
    await stack.mustRun("preview");
    return { seconds: (performance.now() - started) / 1000, requests: emulator.requests.length };
  };
  try {
    const without: number[] = [];
    const checked: number[] = [];
    let requests = 0;
    for (let turn = 0; turn < TURNS; turn += 1) {
      without.push((await timed("false")).seconds);
      const run = await timed("true");
      checked.push(run.seconds);
      requests = run.requests;
    }
    return { requests, without: median(without), checked: median(checked) };
  } finally {
    stack.remove();
    await emulator.close();
  }
}

export async function benchPreviews(): Promise<Section> {
  const rows: (string | number)[][] = [];
  const data: Record<string, unknown>[] = [];
  for (const host of ["dynamic", "plugin"]) {
    for (const [name, program] of Object.entries(PROGRAMS)) {
      process.stderr.write(`[bench] previews: ${host}, ${name}\n`);
      const figures = await measure(program(host));
      const { requests, without, checked } = figures;
      rows.push([host, name, requests, without, checked, checked - without, checked / without]);
      data.push({ host, name, ...figures });
    }
  }
  return {
    name: "previews",
    title: "What a preview's checks take",
    text: `The real CLI, everything to be created, each response ${LATENCY_MS} ms late; the median of ${TURNS} previews with the checks at Cloudflare and ${TURNS} without, by turns.`,
    header: ["host", "declares", "requests", "without (s)", "with (s)", "added (s)", "ratio"],
    rows,
    data,
  };
}
