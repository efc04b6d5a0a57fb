/**
 * Starts the work on many downloads, a limited number at once. What waits for its first response takes some kilobytes,
 * and a library of tens of thousands would need them all at the same time.
 */
import type { Operation } from "./operation";
import type { DownloadIdentity } from "../core/identity";

/** How many may be between their start and the moment at which they begin to wait: more than are ever in flight. */
const AT_ONCE = 1000;

interface StartOptions {
  /** What kind of request the work begins with. The rate limiter is told how many will come. */
  readonly firstRequest: "read" | "write";
  /** How many may be between their start and their wait. Default 1,000. */
  readonly atOnce?: number;
}

/**
 * Starts the work on each item, in order, and waits until all of it has ended.
 *
 * @param work handles its own errors. It calls `beginsToWait` once all that is left to do is to wait, which leaves its
 *   place to the next item
 */
export async function startInTurn<T extends Pick<DownloadIdentity, "videoId">>(
  { upcoming }: Pick<Operation, "upcoming">,
  items: readonly T[],
  { firstRequest, atOnce = AT_ONCE }: StartOptions,
  work: (item: T, beginsToWait: () => void) => Promise<void>,
): Promise<void> {
  // The downloads of a video share a read.
  const hasOwnRequest = (n: number) => firstRequest === "write" || items[n]?.videoId !== items[n - 1]?.videoId;
  upcoming.add(firstRequest, items.filter((_, n) => hasOwnRequest(n)).length);
  const running: Promise<void>[] = [];
  let starting = 0;
  let makeRoom: (() => void) | undefined;
  for (const [n, item] of items.entries()) {
    if (starting >= atOnce) await new Promise<void>((resolve) => (makeRoom = resolve));
    starting += 1;
    if (hasOwnRequest(n)) upcoming.add(firstRequest, -1);
    let isStarting = true;
    const leave = () => {
      if (!isStarting) return;
      isStarting = false;
      starting -= 1;
      makeRoom?.();
    };
    running.push(work(item, leave).finally(leave));
  }
  await Promise.all(running);
}
