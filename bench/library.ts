/** A whole library on a moved clock: as one StreamDownloads, as single resources at several --parallel, and by a fixed poller. */
import { ApiError } from "../src/stream/apiError";
import { ensureDownload } from "../src/downloads/ensureDownload";
import { ensureAll } from "../src/downloads/batch";
import { Library } from "../src/downloads/library";
import { libraryFace } from "../src/downloads/libraryFace";
import { systemClock } from "../src/core/clock";
import { leastTime } from "./budget";
import { ACCOUNT, type InProcessApi, openInProcess, operationIn, video } from "../test/support/inProcessApi";
import type { Section } from "./report";
import { inVirtualTime } from "../test/support/virtualTime";

const ENCODING_S = 180;
const identity = (n: number) => ({ accountId: ACCOUNT, videoId: video(n + 1), type: "default" }) as const;

type Way = (world: InProcessApi, downloads: number) => Promise<number>;

/** Works on all items, so many at a time. */
async function pool(downloads: number, parallel: number, work: (n: number) => Promise<boolean>): Promise<number> {
  let next = 0;
  let ready = 0;
  const worker = async () => {
    for (let n = next++; n < downloads; n = next++) if (await work(n)) ready += 1;
  };
  await Promise.all(Array.from({ length: Math.min(parallel, downloads) }, worker));
  return ready;
}

const one: Way = async (world, downloads) => {
  const identities = Array.from({ length: downloads }, (_, n) => identity(n));
  const before = new Library();
  const { done } = await ensureAll(libraryFace, operationIn(world.session()), identities, before, {
    waitForReady: true,
  });
  return done;
};

const singles =
  (parallel: number): Way =>
  async (world, downloads) => {
    const session = world.session();
    return pool(downloads, parallel, async (n) => {
      const { state } = await ensureDownload(operationIn(session), identity(n), { waitForReady: true });
      return state.status === "ready";
    });
  };

/** What a documentation's example does: POST, then a GET every 5 s; patient enough to try again after a 429. */
const fixedPoller =
  (parallel: number): Way =>
  async (world, downloads) => {
    const request = async (method: string, n: number, suffix: string): Promise<Record<string, { status: string }>> => {
      const url = `http://emulator/client/v4/accounts/${ACCOUNT}/stream/${video(n + 1)}/downloads${suffix}`;
      for (;;) {
        const response = await world.api.app.fetch(
          new Request(url, { method, headers: { authorization: "Bearer bench-token" } }),
        );
        const { result } = (await response.json()) as { result: Record<string, { status: string }> };
        if (response.status !== new ApiError({ status: 429, items: [] }).status) return result;
        await systemClock.sleep(5000);
      }
    };
    return pool(downloads, parallel, async (n) => {
      await request("POST", n, "/default");
      while ((await request("GET", n, "")).default?.status !== "ready") await systemClock.sleep(5000);
      return true;
    });
  };

const WAYS: readonly { readonly name: string; readonly way: Way; readonly sizes: readonly number[] }[] = [
  { name: "StreamDownloads", way: one, sizes: [100, 1000, 10_000] },
  { name: "StreamDownload, --parallel 8", way: singles(8), sizes: [100, 1000] },
  { name: "StreamDownload, --parallel 64", way: singles(64), sizes: [100, 1000, 10_000] },
  { name: "StreamDownload, --parallel 256", way: singles(256), sizes: [100, 1000, 10_000] },
  { name: "GET every 5 s, --parallel 8", way: fixedPoller(8), sizes: [100, 1000] },
  { name: "GET every 5 s, --parallel 64", way: fixedPoller(64), sizes: [100, 1000, 10_000] },
];

export async function benchLibrary(): Promise<Section> {
  const rows: (string | number)[][] = [];
  const data: Record<string, unknown>[] = [];
  const series: { name: string; points: [number, number][] }[] = [];
  for (const { name, way, sizes } of WAYS) {
    const points: [number, number][] = [];
    for (const downloads of sizes) {
      const world = openInProcess({ encodingMs: ENCODING_S * 1000 });
      const { ready, seconds } = await inVirtualTime(world.busy, async () => ({
        ready: await way(world, downloads),
        seconds: Date.now() / 1000,
      }));
      const best = leastTime(downloads, 1200, 1, ENCODING_S);
      const limited = world.api.requests.kept.filter(({ status }) => status === 429).length;
      const perReady = world.api.requests.count / ready;
      rows.push([name, downloads, best, seconds, seconds / best, ready, perReady, limited]);
      data.push({ name, downloads, best, seconds, ready, requestsPerReady: perReady, limited });
      points.push([downloads, seconds]);
    }
    series.push({ name, points });
  }
  return {
    name: "library",
    title: "A library under the real budget",
    text: `One MP4 for each video, encoding takes ${ENCODING_S} s, a moved clock, 1,200 requests in 5 minutes. Best: the least time in which any client can do it.`,
    header: ["", "downloads", "best (s)", "took (s)", "took / best", "ready", "requests per ready download", "429s"],
    rows,
    data,
    plot: {
      title: "Time until a library is ready",
      x: "downloads",
      y: "time (s)",
      series,
      bound: {
        name: "best possible",
        points: [100, 1000, 10_000].map((downloads) => [downloads, leastTime(downloads, 1200, 1, ENCODING_S)] as const),
      },
    },
  };
}
