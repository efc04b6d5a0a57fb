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
  let outcome = await remove();
  if (outcome === "absent" && requestTimes.lagLeft(identity, requestedAt) > 0) {
    const listed = await observe(operation, identity, { requestedAt });
    if (listed !== undefined) outcome = await remove();
  }
  if (outcome === "absent") {
    requestTimes.forget(identity);
    report.note("already gone");
    return;
  }
  requestTimes.noteDeletion(identity);
  // A gateway may have responded so: the list has to agree.
  if (outcome === "without a word" && (await observe(operation, identity)) !== undefined)
    throw new Error(
      "the response to the deletion was empty, and the file is still listed. Something else may respond instead of Cloudflare: " +
        "check the network for a gateway, then run the command again.",
    );
}
