/**
 * What a run of the contract finds: whether each check holds, and how the API behaves where the documentation leaves it
 * open.
 */

/** What Cloudflare's API documentation says. One that fails makes the run fail. */
export const DOCUMENTED = {
  videoDetails: "GET of a video responds with its uid, its state and whether it is ready to stream",
  listNone: "GET /downloads of a video without downloads responds with {} or 404",
  createDefault: "POST /downloads requests the default download and responds with it",
  createAudio: "POST /downloads/audio requests the audio download and responds with it",
  list: "GET /downloads responds with each download under its type, with status and percentComplete",
  progress: "percentComplete is a number from 0 to 100 while a file is generated",
  ready: "a ready download has percentComplete 100 and a url",
  file: "the url of a ready download serves the file, without credentials",
  filename: "?filename= names the file that is served",
  badType: "a type other than default and audio is refused",
  deleteDefault: "DELETE /downloads deletes the default download and no other",
  deleteAudio: "DELETE /downloads/audio deletes the audio download",
  missingVideo: "a video that does not exist is refused",
  malformedId: "an id that is not one is refused",
  noCredentials: "a request without credentials is refused",
  malformedToken: "an Authorization header that is not one is refused",
  unknownToken: "a token that does not exist is refused",
} as const;

/**
 * What is not documented and not a setting of the emulator either. One that differs is worth reporting, but does not
 * make the run fail.
 */
export const ASSUMED = {
  successStatus: "whatever succeeds responds with status 200",
  rateLimitHeaders: "Ratelimit and Ratelimit-Policy are on every response to valid credentials",
  ray: "cf-ray is on every response",
  neverFalls: "percentComplete never falls while a file is generated",
  fileNames: "url ends in /downloads/default.mp4 or /downloads/audio.m4a",
  contentTypes: "files have the content type video/mp4 or audio/mp4",
  deleteResult: 'the result of a DELETE is "ok"',
  badTypeCode: "an unknown type is refused with 400, code 10005",
  missingVideoCode: "a video that does not exist is refused with 404, code 10003",
  malformedIdCode: "an id that is not one is refused with 404, code 7003",
  noCredentialsCode: "a request without credentials is refused with 400, code 9106",
  malformedTokenCode: "an Authorization header that is not one is refused with 400, code 6003",
  repostRefusal: "where a POST for an existing download is refused, it is with 409",
} as const;

/** What the documentation leaves open: the emulator's settings. */
export const BEHAVIORS = [
  "videoNotReady",
  "videoIsLive",
  "videoUnusable",
  "repost",
  "repostAfterError",
  "listNone",
  "deleteNone",
  "postResponse",
  "untypedPostShape",
  "typedPostShape",
  "percentFormat",
  "progressCurve",
  "urlWhileInProgress",
  "invalidTokenCode",
  "messages",
  "listingLagMs",
] as const;

export type DocumentedId = keyof typeof DOCUMENTED;
export type AssumedId = keyof typeof ASSUMED;
export type CheckId = DocumentedId | AssumedId;
export type BehaviorName = (typeof BEHAVIORS)[number];

/** An error response, as the settings for refused POSTs take it. */
interface ErrorResponse {
  readonly status: number;
  readonly code: number;
  readonly message: string;
}

/** A setting, in the form in which the emulator takes it. */
export type Setting = string | number | ErrorResponse;

export interface Check {
  readonly verdict: "passed" | "failed" | "unknown";
  /** What was wrong, or why it could not be determined. */
  readonly detail?: string;
}

/** Why something could not be determined: thrown by a step that lacks what it needs. */
export class CannotTell extends Error {}

/** What is known so far. A decision is final, except that a check that passed may still fail. */
export class Findings {
  readonly checks = new Map<CheckId, Check>();
  readonly settings = new Map<BehaviorName, Setting>();
  /** Why a setting could not be determined. */
  readonly reasons = new Map<BehaviorName, string>();
  /** What else is worth knowing, such as between which times a download was first listed. */
  readonly notes: string[] = [];

  /** Decides a check: it holds where there are no problems. */
  check(id: CheckId, problems: readonly string[]): void {
    if (this.checks.get(id)?.verdict === "failed") return;
    this.checks.set(
      id,
      problems.length === 0 ? { verdict: "passed" } : { verdict: "failed", detail: [...new Set(problems)].join("; ") },
    );
  }

  /** Notes why a check could not be decided, unless it was. */
  unchecked(id: CheckId, why: string): void {
    if (!this.checks.has(id)) this.checks.set(id, { verdict: "unknown", detail: why });
  }

  found(name: BehaviorName, setting: Setting): void {
    if (!this.settings.has(name)) this.settings.set(name, setting);
  }

  cannotTell(name: BehaviorName, why: string): void {
    if (!this.reasons.has(name)) this.reasons.set(name, why);
  }

  /** The checks that failed, of those that are documented. */
  failures(): DocumentedId[] {
    return (Object.keys(DOCUMENTED) as DocumentedId[]).filter((id) => this.checks.get(id)?.verdict === "failed");
  }
}
