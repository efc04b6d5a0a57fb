/** Reads a download's status from a list that may lag behind a request: see {@link RequestTimes}. */
import type { Download } from "../cloudflare/download";
import type { DownloadIdentity } from "../identity";
import type { Operation } from "../operation";
import { LISTING_LAG_MS } from "../requestTimes";
import { throttleReporter } from "./waitReports";

/** The pause before the second look; each further one is twice as long. */
const LOOK_AGAIN_MS = 1000;

/** How a download is looked for. */
interface LookOptions {
  /** When an earlier command requested it, as the state says. */
  readonly requestedAt?: unknown;
  /** Whether someone else may just have requested it. Default false. */
  readonly maybeByOthers?: boolean;
}

/**
 * Reads the download's present status. One that was requested a moment ago is looked for until the list must show it, and one that was deleted
 * until the list must not.
 *
 * @returns undefined when it does not exist
 */
export async function observe(
  operation: Operation,
  identity: DownloadIdentity,
  { requestedAt, maybeByOthers = false }: LookOptions = {},
): Promise<Download | undefined> {
  const { clock, downloads, requestTimes, signal, report } = operation;
  const until = clock.now() + (maybeByOthers ? LISTING_LAG_MS : requestTimes.lagLeft(identity, requestedAt));
  const goneBy = clock.now() + requestTimes.deletionLagLeft(identity);
  for (let pause = LOOK_AGAIN_MS; ; pause *= 2) {
    // Before the request: its response may take longer than the lag, and is as old as that.
    const [mayLag, mayBeGone] = [clock.now() < until, clock.now() < goneBy];
    const listed = (await downloads.read(identity, signal, throttleReporter(report)))[identity.type];
    const isListed = listed !== undefined && listed.status !== "error";
    const isDeleted = listed !== undefined && mayBeGone;
    if (isListed && !isDeleted) requestTimes.forget(identity);
    if (!isDeleted && (isListed || !mayLag)) return listed;
    const left = (isDeleted ? goneBy : until) - clock.now();
    if (left > 0) await clock.sleep(Math.min(pause, left), signal);
    downloads.invalidate(identity);
  }
}

/** Whether a download certainly does not exist. */
export async function isGone(
  operation: Operation,
  identity: DownloadIdentity,
  options?: LookOptions,
): Promise<boolean> {
  return observe(operation, identity, options).then(
    (download) => download === undefined,
    () => false,
  );
}
