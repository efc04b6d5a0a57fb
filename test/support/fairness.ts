/** What the first file of a library, and a second update, get of the budget; on a moved clock. */
import { systemClock } from "../../src/core/clock";
import { ensureAll } from "../../src/downloads/batch";
import { ensureDownload } from "../../src/downloads/ensureDownload";
import { Library } from "../../src/downloads/library";
import { libraryFace } from "../../src/downloads/libraryFace";
import type { Progress } from "../../src/downloads/operation";
import { type Latecomers, latecomers } from "./bounds";
import { ACCOUNT, identitiesOf, openInProcess, operationIn, video } from "./inProcessApi";
import { silent } from "./silent";
import { inVirtualTime } from "./virtualTime";

/** How long the files of the library take, in seconds. */
export const LIBRARY_ENCODING_S = 180;

/** One download beside a library that began some time before. */
export function besideLibrary(videos: number, encodingS: number, headStartS: number): Promise<Latecomers> {
  const library = { videos, types: 1, encodingS: LIBRARY_ENCODING_S } as const;
  return latecomers(library, { count: 1, encodingS, startS: headStartS });
}

/** What single downloads got that begin one after the other, in seconds: until requested, and from ready to noticed. */
export interface InARow {
  readonly requested: readonly number[];
  readonly late: readonly number[];
  readonly limited: number;
}

/**
 * Single downloads, one every so many seconds, beside a library that has spent the budget, and perhaps a second one
 * that begins with the first of them.
 */
export async function inARow(
  videos: number,
  { count, everyS, second = 0 }: { readonly count: number; readonly everyS: number; readonly second?: number },
): Promise<InARow> {
  const [encodingS, FIRST] = [20, 1_000_000];
  const world = openInProcess({ encodingMs: encodingS * 1000 });
  return inVirtualTime(world.busy, async () => {
    const session = world.session();
    const end = new AbortController();
    const library = (size: number, first: number) =>
      ensureAll(libraryFace, operationIn(session, end.signal), identitiesOf(size, ["default"], first), new Library(), {
        waitForReady: true,
      }).catch(() => undefined);
    const libraries = [library(videos, 1)];
    await systemClock.sleep(45_000);
    if (second > 0) libraries.push(library(second, 500_000));
    const each = await Promise.all(
      Array.from({ length: count }, async (_, n) => {
        await systemClock.sleep(n * everyS * 1000);
        const startedAt = Date.now();
        const videoId = video(FIRST + n);
        const identity = { accountId: ACCOUNT, videoId, type: "default" } as const;
        await ensureDownload(operationIn(session), identity, { waitForReady: true });
        const post = world.api.requests.kept.find(
          (request) => request.method === "POST" && request.videoId === videoId,
        );
        const requestedAt = post?.at ?? 0;
        return { requested: (requestedAt - startedAt) / 1000, late: (Date.now() - requestedAt) / 1000 - encodingS };
      }),
    );
    end.abort(new Error("enough"));
    await Promise.all(libraries);
    return {
      requested: each.map(({ requested }) => requested),
      late: each.map(({ late }) => late),
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
