/** Diff: what has to change in a StreamDownloads. Sends no request. */
import type { RawInputs } from "../inputs/inputFields";
import { formatCount } from "./batchProgress";
import type { DownloadDiff } from "../single/diff";
import { changeOf, declaredItems, type DeclaredItem, setState } from "./downloadSet";
import { type DownloadKey, get, keysOf, keyText } from "./downloadTable";

/** How many ids a message names… */
const NAMED = 5;
/** …and how many of those whose files may be deleted. */
const NAMED_REMOVED = 100;

/**
 * Compares the state with the program. Only downloads that are added, removed or unfinished change.
 *
 * Removing a download replaces the library by itself. The engine runs deletions after the program has ended, and only then is it certain that
 * no other resource declares the same file. An update step runs in the middle of the program and cannot know. The replacement costs nothing,
 * because the new library continues from the old state.
 *
 * @param olds the outputs of the last deployment
 * @param news the checked inputs of the program
 * @param isRefresh whether a refresh is comparing, which adds nothing itself
 */
export function diffDownloads(olds: RawInputs, news: RawInputs, isRefresh = false): DownloadDiff {
  if (news.accountId !== undefined && news.accountId !== olds.accountId)
    return { changes: true, replaces: ["accountId"] };
  const declared = declaredItems(news);
  if (declared === undefined) return { changes: true, replaces: [] };
  const state = setState(olds);
  const { added, removed, unfinished } = changeOf(state, declared);
  const hasFailed = (item: DownloadKey) => get(state.failures, item) !== undefined;
  const isInError = (item: DownloadKey) => get(state.statuses, item) === "error";
  // The removed ids may be secret although the remaining ones are not; in a preview that may not be known yet.
  const areIdsSecret = olds.__secretIds !== undefined || news.__secretIds !== undefined;
  const part = (what: string, items: readonly DownloadKey[], named = NAMED) =>
    items.length === 0 ? [] : [`${formatCount(items.length)} ${what}${areIdsSecret ? "" : names(items, named)}`];
  const because = [
    ...part(
      isRefresh ? "missing at Cloudflare, to be added by the next update" : "to add",
      added.filter((item) => !hasFailed(item)),
    ),
    ...part("to try again", added.filter(hasFailed)),
    ...part(
      "not ready yet",
      unfinished.filter((item) => !isInError(item)),
    ),
    ...part("failed at Cloudflare", unfinished.filter(isInError)),
    ...part("to remove", removed, NAMED_REMOVED).map(
      (text) =>
        `${text}: deleted once the program has ended, unless another resource declares them or retainOnDelete was set ` +
        "by an earlier update; everything else stays unchanged",
    ),
  ];
  const replaces = removed.length > 0 ? [changedInput(news, declared, removed)] : [];
  const wanted = new Set(declared.map(keyText));
  const changes =
    because.length > 0 ||
    news.waitForReady !== olds.waitForReady ||
    news.__secretIds !== olds.__secretIds ||
    keysOf(state.failures).some((key) => !wanted.has(keyText(key)));
  return { changes, replaces, ...(because.length > 0 ? { because: because.join("; ") } : {}) };
}

function names(items: readonly DownloadKey[], limit: number): string {
  const more = items.length - limit;
  const shown = items.slice(0, limit).map(keyText).join(", ");
  return ` (${shown}${more > 0 ? `, and ${formatCount(more)} more` : ""})`;
}

/** The argument whose change removes downloads. */
function changedInput(news: RawInputs, declared: readonly DeclaredItem[], removed: readonly DownloadKey[]): string {
  if (news.downloads !== undefined) return "downloads";
  const videos = new Set(declared.map(({ videoId }) => videoId));
  return removed.every(({ videoId }) => videos.has(videoId)) ? "types" : "videoIds";
}
