/** Diff: what has to change in a StreamDownload. Sends no request. */
import type { RawInputs } from "../inputs/inputFields";
import { percentText } from "./progressText";

/** The inputs of the identity: another value means another download. */
const IDENTITY_KEYS = ["videoId", "type", "accountId"] as const;

/** The result of a diff, for one download or for many. */
export interface DownloadDiff {
  readonly changes: boolean;
  /** The inputs whose change requires a replacement. */
  readonly replaces: string[];
  /** What the update will do, where the changed inputs alone do not show it. */
  readonly because?: string;
}

/**
 * Compares the state with the program.
 *
 * @param olds the outputs of the last deployment
 * @param news the checked inputs of the program; unknown ones count as changed
 * @param isRefresh whether a refresh is comparing, which changes nothing itself
 */
export function diffDownload(olds: RawInputs, news: RawInputs, isRefresh = false): DownloadDiff {
  const update = isRefresh ? "the next update" : "this update";
  const replaces = IDENTITY_KEYS.filter((key) => news[key] !== undefined && news[key] !== olds[key]);
  if (replaces.length > 0) return { changes: true, replaces };
  if (olds.status === "error") {
    return {
      changes: true,
      replaces,
      because: `Cloudflare failed to generate the file when last checked; ${update} requests it again`,
    };
  }
  if (olds.__awaiting === "video") {
    const then =
      news.waitForReady === false
        ? `${update} requests its download if it is now`
        : `${update} waits for it and requests its download`;
    return { changes: true, replaces, because: `the video itself was not ready when last checked; ${then}` };
  }
  if (olds.status !== "ready") {
    const percent = typeof olds.percentComplete === "number" ? olds.percentComplete : 0;
    const then = `${update} ${news.waitForReady === false ? "checks progress" : "waits for it"}`;
    return { changes: true, replaces, because: `still encoding when last checked, ${percentText(percent)}; ${then}` };
  }
  return { changes: news.waitForReady !== olds.waitForReady, replaces };
}
