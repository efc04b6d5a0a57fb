/** What a single download and a second update get of the budget while, or after, a library spends it; on a moved clock. */
import { setMaxListeners } from "node:events";
import { Job } from "../../src/budget/job";
import { systemClock } from "../../src/core/clock";
import { ensureAll } from "../../src/downloads/batch";
import { Library } from "../../src/downloads/library";
import { libraryFace } from "../../src/downloads/libraryFace";
import { ensureDownload } from "../../src/downloads/ensureDownload";
import type { OpenSession } from "../../src/provider/sessions";
import { ACCOUNT, openInProcess, video } from "./inProcessApi";
import { silent } from "./silent";
import { inVirtualTime } from "./virtualTime";

/** How long the files of the library take, in seconds. */
export const LIBRARY_ENCODING_S = 180;
const SINGLE = { accountId: ACCOUNT, videoId: "f".repeat(32), type: "default" } as const;

const identities = (videos: number, types: readonly ("default" | "audio")[] = ["default"]) =>
  Array.from({ length: videos }, (_, n) =>
    types.map((type) => ({ accountId: ACCOUNT, videoId: video(n + 1), type })),
  ).flat();

const operationOf = (session: OpenSession, signal: AbortSignal) => {
  setMaxListeners(0, signal);
  return { ...session, clock: systemClock, report: silent, job: new Job(), signal };
};

/** How a wait fared beside others. All in seconds. */
export interface Beside {
  /** From the start until the file was requested. */
  readonly requested: number;
  /** From the file being ready until that was noticed. */
  readonly late: number;
  readonly limited: number;
}

/** One download beside a library that began some time before. */
export async function besideLibrary(library: number, encodingS: number, headStartS: number): Promise<Beside> {
  const world = openInProcess({
    encodingMs: (videoId) => 1000 * (videoId === SINGLE.videoId ? encodingS : LIBRARY_ENCODING_S),
  });
  return inVirtualTime(world.busy, async () => {
    const session = world.session();
    const end = new AbortController();
    const bulk = operationOf(session, end.signal);
    const done = ensureAll(libraryFace, bulk, identities(library), new Library(), { waitForReady: true }).catch(
      () => undefined,
    );
    await systemClock.sleep(headStartS * 1000);
    const startedAt = Date.now();
    const alone = operationOf(session, new AbortController().signal);
    await ensureDownload(alone, SINGLE, { waitForReady: true });
    const noticedAt = Date.now();
    const requestedAt =
      world.api.requests.kept.find(({ method, videoId }) => method === "POST" && videoId === SINGLE.videoId)?.at ?? 0;
    end.abort(new Error("enough"));
    await done;
    return {
      requested: (requestedAt - startedAt) / 1000,
      late: (noticedAt - requestedAt) / 1000 - encodingS,
      limited: world.api.requests.kept.filter(({ status }) => status === 429).length,
    };
  });
}

/** How the first file of a library fared that is ready before the others. All in seconds. */
export interface Early {
  /** From the file being ready until the row counts it. */
  readonly late: number;
  /** How many of the library had been requested by then. */
  readonly requested: number;
  readonly limited: number;
}

/** A library whose first file takes less time than the others. */
export async function firstOfLibrary(videos: number, encodingS: number): Promise<Early> {
  const world = openInProcess({
    encodingMs: (videoId) => 1000 * (videoId === video(1) ? encodingS : LIBRARY_ENCODING_S),
  });
  return inVirtualTime(world.busy, async () => {
    const end = new AbortController();
    let noticedAt = 0;
    const progress = (message: string) => {
      if (!message.startsWith("1/")) return;
      noticedAt = Date.now();
      end.abort(new Error("enough"));
    };
    const operation = { ...operationOf(world.session(), end.signal), report: { ...silent, progress } };
    await ensureAll(libraryFace, operation, identities(videos), new Library(), { waitForReady: true });
    const posts = world.api.requests.kept.filter(({ method }) => method === "POST");
    const requestedAt = posts.find(({ videoId }) => videoId === video(1))?.at ?? 0;
    return {
      late: (noticedAt - requestedAt) / 1000 - encodingS,
      requested: posts.length,
      limited: world.api.requests.kept.filter(({ status }) => status === 429).length,
    };
  });
}

/** Seconds that two more videos take after a library of some, which another process has just finished. */
export async function secondUpdate(videos: number, encodingS: number): Promise<{ took: number; left: number }> {
  const world = openInProcess({ encodingMs: encodingS * 1000 });
  return inVirtualTime(world.busy, async () => {
    const types = ["default", "audio"] as const;
    const all = identities(videos + 2, types);
    const first = identities(videos, types);
    const { signal } = new AbortController();
    const before = await ensureAll(libraryFace, operationOf(world.session(), signal), first, new Library(), {
      waitForReady: true,
    });
    await systemClock.sleep(3000);
    const startedAt = Date.now();
    const left = 1200 - world.api.requests.count;
    await ensureAll(libraryFace, operationOf(world.session(), signal), all.slice(first.length), before.library, {
      waitForReady: true,
    });
    return { took: (Date.now() - startedAt) / 1000, left };
  });
}
