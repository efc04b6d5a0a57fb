/** What the first file of a library, and a second update, get of the budget; on a moved clock. */
import { systemClock } from "../../src/core/clock";
import { ensureAll } from "../../src/downloads/batch";
import { Library } from "../../src/downloads/library";
import { libraryFace } from "../../src/downloads/libraryFace";
import type { Progress } from "../../src/downloads/operation";
import { type Latecomers, latecomers } from "./bounds";
import { identitiesOf, openInProcess, operationIn, video } from "./inProcessApi";
import { silent } from "./silent";
import { inVirtualTime } from "./virtualTime";

/** How long the files of the library take, in seconds. */
export const LIBRARY_ENCODING_S = 180;

/** One download beside a library that began some time before. */
export function besideLibrary(videos: number, encodingS: number, headStartS: number): Promise<Latecomers> {
  const library = { videos, types: 1, encodingS: LIBRARY_ENCODING_S } as const;
  return latecomers(library, { count: 1, encodingS, startS: headStartS });
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
    const progress = ({ text }: Progress) => {
      if (!/^1\/|, 1 ready/.test(text())) return;
      noticedAt = Date.now();
      end.abort(new Error("enough"));
    };
    const operation = { ...operationIn(world.session(), end.signal), report: { ...silent, progress } };
    await ensureAll(libraryFace, operation, identitiesOf(videos), new Library(), { waitForReady: true });
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
    const all = identitiesOf(videos + 2, types);
    const first = identitiesOf(videos, types);
    const { signal } = new AbortController();
    const before = await ensureAll(libraryFace, operationIn(world.session(), signal), first, new Library(), {
      waitForReady: true,
    });
    await systemClock.sleep(3000);
    const startedAt = Date.now();
    const left = 1200 - world.api.requests.count;
    await ensureAll(libraryFace, operationIn(world.session(), signal), all.slice(first.length), before.library, {
      waitForReady: true,
    });
    return { took: (Date.now() - startedAt) / 1000, left };
  });
}
