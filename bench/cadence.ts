/** How soon readiness is noticed, and what it costs: ours beside pollers with a fixed interval, over a range of encoding times. */
import { ensureDownload } from "../src/downloads/ensureDownload";
import { observe } from "../src/downloads/remoteDownload";
import { systemClock } from "../src/core/clock";
import { ACCOUNT, openInProcess, operationIn, video } from "../test/support/inProcessApi";
import type { Plot } from "./chart";
import type { Section } from "./report";
import { inVirtualTime } from "../test/support/virtualTime";

const ENCODING_S = [2, 5, 10, 30, 60, 180, 600, 1800, 3600, 7200];
const TRIALS = 20;

interface Measured {
  /** Seconds between the file being ready and its being noticed. */
  readonly late: number;
  readonly gets: number;
}

/** One download, waited for by ours (undefined) or by a poller with a fixed interval in seconds. */
async function measure(encodingS: number, interval: number | undefined): Promise<Measured> {
  const encodingMs = encodingS * 1000;
  const world = openInProcess({ encodingMs, rateLimit: false });
  return inVirtualTime(world.busy, async () => {
    const session = world.session();
    const identity = { accountId: ACCOUNT, videoId: video(1), type: "default" } as const;
    const operation = operationIn(session);
    if (interval === undefined) await ensureDownload(operation, identity, { waitForReady: true });
    else {
      await session.api.createDownload(identity);
      while ((await observe(operation, identity))?.status !== "ready") await systemClock.sleep(interval * 1000);
    }
    const gets = world.api.requests.kept.filter(({ method }) => method === "GET").length;
    const requestedAt = world.api.requests.kept.find(({ method }) => method === "POST")?.at ?? 0;
    return { late: (Date.now() - requestedAt - encodingMs) / 1000, gets };
  });
}

async function average(encodingS: number, interval: number | undefined): Promise<Measured> {
  const trials: Measured[] = [];
  // Each trial's encoding time differs a little, so that no poller is lucky in all of them.
  for (let i = 0; i < TRIALS; i += 1) trials.push(await measure(encodingS * (1 + (i / TRIALS - 0.5) * 0.2), interval));
  const mean = (pick: (trial: Measured) => number) =>
    trials.reduce((sum, trial) => sum + pick(trial), 0) / trials.length;
  return { late: mean(({ late }) => late), gets: mean(({ gets }) => gets) };
}

export async function benchCadence(): Promise<Section> {
  const rows: (string | number)[][] = [];
  const lateness: Plot["series"][number]["points"][number][][] = [[], [], []];
  const data: Record<string, unknown>[] = [];
  for (const encodingS of ENCODING_S) {
    const [ours, two, five] = [
      await average(encodingS, undefined),
      await average(encodingS, 2),
      await average(encodingS, 5),
    ];
    const target = Math.max(2, 0.05 * encodingS);
    const held = ours.late <= target && ours.gets <= 25;
    rows.push([encodingS, target, ours.late, ours.gets, two.late, two.gets, five.late, five.gets, held ? "yes" : "no"]);
    data.push({ encodingS, target, ours, fixed2s: two, fixed5s: five, held });
    for (const [i, { gets }] of [ours, two, five].entries()) lateness[i]?.push([encodingS, gets]);
  }
  return {
    name: "cadence",
    title: "How soon readiness is noticed",
    text: `Mean of ${TRIALS} trials each, on a moved clock, one video. Late: seconds between the file being ready and its being noticed.`,
    header: [
      "encoding (s)",
      "target (s)",
      "ours: late (s)",
      "ours: GETs",
      "every 2 s: late",
      "GETs",
      "every 5 s: late",
      "GETs",
      "target and 25 GETs held",
    ],
    rows,
    data,
    plot: {
      title: "GETs per video until its file is noticed",
      x: "encoding time (s)",
      y: "GETs",
      series: ["ours", "every 2 s", "every 5 s"].map((name, i) => ({ name, points: lateness[i] ?? [] })),
    },
  };
}
