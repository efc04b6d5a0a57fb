/** The error message of a library in which downloads failed: which ones, grouped by cause. */
import { downloadName } from "../core/identity";
import { formatCount } from "./batchProgress";
import type { Failed, Outcome } from "./batch";
import type { DoneWord } from "./face";

/** How many failed downloads a message names; a thousand would fill 40 KB of terminal. */
const NAMED = 300;

/** How many causes a message lists. */
const CAUSES = 30;

/**
 * Writes the report.
 *
 * @param word what the downloads that did not fail are
 * @param areIdsSecret whether the videos' ids must be hidden
 */
export function failureReport({ failed, total, done }: Outcome, word: DoneWord, areIdsSecret: boolean): string {
  const groups = new Map<string, Failed[]>();
  for (const item of failed) {
    const cause = withoutId(item.reason.cause, item.identity.videoId);
    const group = groups.get(cause);
    if (group === undefined) groups.set(cause, [item]);
    else group.push(item);
  }
  const all = [...groups].sort(([, a], [, b]) => b.length - a.length);
  const listed = all.slice(0, CAUSES);
  const named = shareNames(listed.map(([, items]) => items.length));
  let unnamed = 0;
  const lines = listed.flatMap(([cause, items], i) => {
    const [only, ...others] = items;
    const text = only !== undefined && others.length === 0 && !areIdsSecret ? only.reason.text : cause;
    const names = items.slice(0, areIdsSecret ? 0 : named[i]).map(({ identity }) => downloadName(identity));
    const left = items.length - names.length;
    unnamed += left;
    const more = left > 0 ? `, and ${formatCount(left)} more` : "";
    return [
      `  ${formatCount(items.length)} x ${text}`,
      ...(names.length === 0 ? [] : [`    ${names.join(", ")}${more}`]),
    ];
  });
  const unlisted = all.slice(CAUSES).reduce((sum, [, items]) => sum + items.length, 0);
  if (unlisted > 0) lines.push(`  ${formatCount(unlisted)} x ${formatCount(all.length - CAUSES)} other causes`);
  // After a deletion there are no outputs.
  if (unnamed + unlisted > 0 && word === "ready")
    lines.push(`  The output \`failures\` names ${areIdsSecret ? "them" : "the rest"}, each with its reason.`);
  const of = `of ${formatCount(total)}`;
  const rest = `${formatCount(done)} ${of} ${word}; the same command continues with the others`;
  return `${formatCount(failed.length)} ${of} failed (${rest}):\n${lines.join("\n")}`;
}

/**
 * How many downloads to name of each group, so that a small one is named although a large one alone would take all
 * {@link NAMED}.
 */
function shareNames(sizesFromLargest: readonly number[]): number[] {
  let left = NAMED;
  const shares: number[] = [];
  for (let i = sizesFromLargest.length - 1; i >= 0; i--) {
    const share = Math.min(sizesFromLargest[i] ?? 0, Math.floor(left / (i + 1)));
    shares[i] = share;
    left -= share;
  }
  return shares;
}

/** Cloudflare's own message may name the video too. */
export function withoutId(text: string, videoId: string): string {
  return text.replaceAll(videoId, "<id>");
}
