/**
 * Starts the work on many downloads, a limited number at once. What waits for its first response takes some kilobytes,
 * and a library of tens of thousands would need them all at the same time.
 */
import type { Job } from "../budget/job";
import type { DownloadIdentity } from "../core/identity";

/** How many may be between their start and the moment at which they begin to wait: more than are ever in flight. */
const AT_ONCE = 1000;

interface StartOptions {
  /** What is sent for each item before it begins to wait: the downloads of a video share a read. */
  readonly sends: readonly ("read" | "write")[];
  /** How many may be between their start and their wait. Default 1,000. */
  readonly atOnce?: number;
}

/**
 * Starts the work on each item, in order, and waits until all of it has ended. The job counts what it has to send.
 *
 * @param work handles its own errors. It calls `beginsToWait` once all that is left to do is to wait, which leaves its
 *   place to the next item
 */
export async function startInTurn<T extends Pick<DownloadIdentity, "videoId">>(
  job: Job,
  items: readonly T[],
  { sends, atOnce = AT_ONCE }: StartOptions,
  work: (item: T, beginsToWait: () => void) => Promise<void>,
): Promise<void> {
  const writesOfEach = sends.includes("write") ? 1 : 0;
  job.toWrite += writesOfEach * items.length;
  if (sends.includes("read")) job.toRead += new Set(items.map(({ videoId }) => videoId)).size;
  const running: Promise<void>[] = [];
  let starting = 0;
  let makeRoom: (() => void) | undefined;
  for (const item of items) {
    if (starting >= atOnce) await new Promise<void>((resolve) => (makeRoom = resolve));
    starting += 1;
    let isStarting = true;
    const leave = () => {
      if (!isStarting) return;
      isStarting = false;
      starting -= 1;
      job.toWrite -= writesOfEach;
      makeRoom?.();
    };
    running.push(work(item, leave).finally(leave));
  }
  await Promise.all(running);
  // Of those that failed, or whose video was read by others.
  job.toRead = 0;
}
