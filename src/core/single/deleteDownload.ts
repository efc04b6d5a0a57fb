/** Deletes one download. */
import type { DownloadIdentity } from "../identity";
import type { Operation } from "../operation";
import { observe } from "./listingLag";
import { throttleReporter } from "./waitReports";

/**
 * Deletes the download; one that is gone already counts as deleted. One that was requested a moment ago is looked for before it counts as gone.
 *
 * @param requestedAt when an earlier command requested it, as the state says
 */
export async function deleteDownload(
  operation: Operation,
  identity: DownloadIdentity,
  requestedAt?: unknown,
): Promise<void> {
  const { api, downloads, requestTimes, report, signal } = operation;
  const remove = async () => {
    try {
      return await api.deleteDownload(identity, { signal, onThrottle: throttleReporter(report) });
    } finally {
      downloads.invalidate(identity);
    }
  };
  let existed = await remove();
  if (!existed && requestTimes.lagLeft(identity, requestedAt) > 0) {
    const listed = await observe(operation, identity, { requestedAt });
    if (listed !== undefined) existed = await remove();
  }
  requestTimes.forget(identity);
  if (!existed) report.note("already gone");
}
