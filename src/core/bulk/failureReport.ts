/** The error message of a library in which downloads failed: which ones, grouped by cause. */
import { formatCount } from "./batchProgress";
import { type DownloadKey, keyText } from "./downloadTable";
import type { Reason } from "../failure";

/** One download that failed. */
export interface FailedDownload {
  readonly key: DownloadKey;
  readonly reason: Reason;
}

/** What the report says besides the failures. */
interface ReportOptions {
  readonly total: number;
  readonly done: number;
  readonly doneWord: string;
  readonly areIdsSecret: boolean;
  /** Whether the output `failures` lists every failure. */
  readonly isInOutput: boolean;
}

/** How many failed downloads a message names; a thousand would fill 40 KB of terminal. */
const NAMED = 300;

/**
 * Writes the report.
 *
 * @param done how many of `total` are `doneWord`, for example `ready`
 * @param areIdsSecret whether the videos' ids must be hidden
 */
export function failureReport(
  failed: readonly FailedDownload[],
  { total, done, doneWord, areIdsSecret, isInOutput }: ReportOptions,
): string {
  const groups = new Map<string, FailedDownload[]>();
  for (const item of failed) {
    const cause = withoutId(item.reason.cause, item.key);
    const group = groups.get(cause);
    if (group === undefined) groups.set(cause, [item]);
    else group.push(item);
  }
  let unnamed = 0;
  let left = areIdsSecret ? 0 : NAMED;
  const lines = [...groups]
    .sort(([, a], [, b]) => b.length - a.length)
    .flatMap(([cause, items]) => {
      const [only, ...others] = items;
      const text = only !== undefined && others.length === 0 && !areIdsSecret ? only.reason.text : cause;
      const named = items.slice(0, left);
      left -= named.length;
      unnamed += items.length - named.length;
      const names = named.map(({ key }) => keyText(key)).join(", ");
      const more = named.length < items.length ? `, and ${formatCount(items.length - named.length)} more` : "";
      return [`  ${formatCount(items.length)} x ${text}`, ...(names === "" ? [] : [`    ${names}${more}`])];
    });
  if (unnamed > 0 && isInOutput)
    lines.push(`  The output \`failures\` names ${areIdsSecret ? "them" : "the rest"}, each with its reason.`);
  const all = formatCount(total);
  const rest = `${formatCount(done)} of ${all} ${doneWord}; the same command continues with the others`;
  return `${formatCount(failed.length)} of ${all} failed (${rest}):\n${lines.join("\n")}`;
}

/** Cloudflare's own message may name the video too. */
function withoutId(text: string, { videoId }: DownloadKey): string {
  return text.replaceAll(videoId, "<id>");
}
