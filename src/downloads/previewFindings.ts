/** What a preview finds at Cloudflare of a download that an update is going to create, and the words for it. */
import type { Download, Downloads } from "../stream/download";
import type { VideoDetails } from "../stream/video";
import { DOWNLOADS_BY_TYPE, type DownloadIdentity } from "../core/identity";
import { type IfExists, ifOthersHave } from "./adoption";
import { formatCount, someOf } from "./batchProgress";
import { isOfUse } from "./ensureDownload";
import { percentText } from "./progressText";
import { describeState, NEEDS_TOKEN } from "./videoReadiness";

/** What the update will do about one download. */
export type Finding =
  /** The file exists, or has been requested. */
  | { readonly is: "existing"; readonly download: Download }
  /** The video is ready. */
  | { readonly is: "to generate"; readonly isSigned: boolean }
  /** The video is not ready: `video encoding 37%`. */
  | { readonly is: "awaited"; readonly state: string; readonly isSigned: boolean }
  | { readonly is: "missing" }
  /** The video could not be encoded. */
  | { readonly is: "failed"; readonly reason: string | undefined }
  | { readonly is: "live" };

/** A download that was checked. */
export interface Found {
  readonly identity: DownloadIdentity;
  readonly finding: Finding;
  /** Whether this run knows why it exists: then it is not refused, and belongs to this stack already. */
  readonly isExplained: boolean;
}

/** What the words depend on, besides what was found. */
export interface PreviewContext {
  /** How many downloads are going to be created, those included that were not checked. */
  readonly total: number;
  readonly ifExists: IfExists;
  readonly waitForReady: boolean;
  readonly onFailure: "fail" | "warn";
  readonly areIdsSecret: boolean;
}

/** One line in the resource's row: a warning where the update will fail. */
export interface PreviewLine {
  readonly severity: "info" | "warning";
  readonly message: string;
}

/** How many downloads the warning of a library names, for each reason. */
const NAMED = 10;

/**
 * @param details of the video, where no file of this type exists; undefined also where there is no such video, of which
 *   the list of downloads tells nothing: it is as empty as that of a video without any
 */
export function findingOf(
  { type }: Pick<DownloadIdentity, "type">,
  downloads: Downloads,
  details: VideoDetails | undefined,
): Finding {
  const download = downloads[type];
  if (download !== undefined) return { is: "existing", download };
  if (details === undefined) return { is: "missing" };
  if (details.state === "error") return { is: "failed", reason: details.errorReason };
  if (details.state === "live-inprogress") return { is: "live" };
  const isSigned = details.requireSignedURLs;
  return details.readyToStream
    ? { is: "to generate", isSigned }
    : { is: "awaited", state: describeState(details), isSigned };
}

/** The line of a StreamDownload; none where it was not checked. */
export function singleLines([found]: readonly Found[], context: PreviewContext): PreviewLine[] {
  if (found === undefined) return [];
  const failure = failureOf(found, context);
  if (failure !== undefined) return [{ severity: "warning", message: failure.text }];
  const message = singleText(found, context) + (isSigned(found) ? `; ${NEEDS_TOKEN}` : "");
  return [{ severity: isTakenOver(found) ? "warning" : "info", message }];
}

function singleText(found: Found, context: PreviewContext): string {
  const { identity, finding, isExplained } = found;
  const { video, ofVideo } = namesOf(identity, context);
  const file = DOWNLOADS_BY_TYPE[identity.type].ofVideo;
  if (finding.is === "awaited") {
    const then = context.waitForReady ? `waits for it, then generates ${file}` : "requests nothing; a later one does";
    return `${video} itself is not ready (${finding.state}): \`pulumi up\` ${then}`;
  }
  if (finding.is !== "existing") return `${video} is ready: \`pulumi up\` generates ${file}`;
  const { status, percentComplete } = finding.download;
  if (status === "error") return `Cloudflare failed to generate ${file}${ofVideo}: \`pulumi up\` requests it once more`;
  const belongs = isExplained ? "" : `, and will belong to this stack (${ifOthersHave("it")})`;
  return status === "ready"
    ? `${file}${ofVideo} exists already: it is not generated again${belongs}`
    : `${file}${ofVideo} is being generated already (${percentText(percentComplete)}): it is not requested again${belongs}`;
}

/** Whether it becomes this stack's, and may be another one's too: the update warns of that as well. */
function isTakenOver({ finding, isExplained }: Found): boolean {
  return finding.is === "existing" && isOfUse(finding.download) && !isExplained;
}

/** Of a video with `requireSignedURLs`, which only its details tell. */
function isSigned({ finding }: Found): boolean {
  return "isSigned" in finding && finding.isSigned;
}

/** `pulumi preview --diff` prints a line without the resource that it is about, so it names the video. */
function namesOf({ videoId }: DownloadIdentity, { areIdsSecret }: PreviewContext) {
  return areIdsSecret
    ? { video: "the video", ofVideo: "" }
    : { video: `video ${videoId}`, ofVideo: ` of video ${videoId}` };
}

/** The lines of a StreamDownloads: how many of each, and which of them will fail. */
export function libraryLines(found: readonly Found[], context: PreviewContext): PreviewLine[] {
  if (found.length === 0) return [];
  const { total, onFailure, areIdsSecret, waitForReady } = context;
  const failing = new Map<string, DownloadIdentity[]>();
  for (const each of found) {
    const failure = failureOf(each, context);
    if (failure !== undefined) failing.set(failure.cause, [...(failing.get(failure.cause) ?? []), each.identity]);
  }
  const good = found.filter((each) => failureOf(each, context) === undefined);
  const existing = good.filter(({ finding }) => finding.is === "existing");
  const usable = existing.filter(({ finding }) => finding.is === "existing" && isOfUse(finding.download));
  const count = (these: readonly unknown[], one: string, many: string) =>
    these.length === 0 ? [] : [`${formatCount(these.length)} ${these.length === 1 ? one : many}`];
  const toGenerate = good.filter(({ finding }) => finding.is === "to generate");
  const takenOver = usable.filter(isTakenOver);
  const [waits, wait] = waitForReady ? ["waits for its video", "wait for their videos"] : NOT_REQUESTED;
  const parts = [
    ...count(toGenerate, "to generate", "to generate"),
    ...count(usable, "exists already", "exist already"),
    ...count(
      existing.filter((each) => !usable.includes(each)),
      "failed at Cloudflare and is requested once more",
      "failed at Cloudflare and are requested once more",
    ),
    ...count(
      good.filter(({ finding }) => finding.is === "awaited"),
      waits,
      wait,
    ),
    ...count([...failing.values()].flat(), "will fail", "will fail"),
    ...count(good.filter(isSigned), "needs a token for its URL", "need a token for their URLs"),
  ];
  const of = found.length < total ? ` of ${formatCount(total)}` : "";
  const line = `${formatCount(found.length)}${of} checked at Cloudflare: ${parts.join("; ")}`;
  const named = (these: readonly DownloadIdentity[]) => (areIdsSecret ? "" : ` (${someOf(these, NAMED)})`);
  const reasons = [...failing].map(([reason, these]) => `${formatCount(these.length)} ${reason}${named(these)}`);
  const others = ifOthersHave(takenOver.length === 1 ? "it" : "them");
  const taken = `${formatCount(takenOver.length)} will belong to this stack${named(takenOver.map(({ identity }) => identity))}: ${others}`;
  return [
    { severity: "info", message: line },
    ...(takenOver.length === 0 ? [] : [{ severity: "warning" as const, message: taken }]),
    ...(reasons.length === 0
      ? []
      : [{ severity: "warning" as const, message: `\`pulumi up\` will ${onFailure}: ${reasons.join("; ")}` }]),
  ];
}

const NOT_REQUESTED = [
  "is not requested yet, because its video is not ready",
  "are not requested yet, because their videos are not ready",
] as const;

/** Why the update will fail, of one download and of several; undefined where it will not. */
function failureOf(
  { identity, finding, isExplained }: Found,
  context: PreviewContext,
): { readonly text: string; readonly cause: string } | undefined {
  const { video, ofVideo } = namesOf(identity, context);
  const fails = "so `pulumi up` will fail";
  switch (finding.is) {
    case "existing": {
      if (context.ifExists === "adopt" || isExplained) return undefined;
      const file = `${DOWNLOADS_BY_TYPE[identity.type].ofVideo}${ofVideo}`;
      return {
        text: `${file} exists already, and ifExists is "fail", ${fails}`,
        cause: 'already there, and ifExists is "fail"',
      };
    }
    case "missing": {
      const named = context.areIdsSecret ? "no such video" : `no ${video}`;
      return {
        text: `there is ${named} in this account, ${fails}. Check both ids.`,
        cause: "whose video is not in this account",
      };
    }
    case "failed": {
      const why = finding.reason === undefined ? "" : ` (${finding.reason})`;
      return { text: `${video} could not be encoded${why}, ${fails}`, cause: "whose video could not be encoded" };
    }
    case "live":
      return {
        text: `${video} is a live stream in progress, ${fails} until its recording has ended`,
        cause: "whose video is a live stream in progress",
      };
    default:
      return undefined;
  }
}
