/**
 * What a program's own process says of a resource that it declares and the engine did not deploy: nobody has checked
 * it, and some of it may be unknown.
 */
import type { Claim } from "./claimRules";
import { digestInAnyAccount, digestOf } from "./claims";
import { isDownloadType, isHexId } from "../core/identity";

/** A download as a program's arguments declare it. */
export interface UncheckedDownload {
  readonly accountId: unknown;
  readonly videoId: unknown;
  readonly type: unknown;
}

/**
 * The line of the claims, with those downloads whose video and type are known.
 *
 * @param isInState whether the engine left the resource as it was, instead of not having it at all
 */
export function announcement(urn: string, downloads: readonly UncheckedDownload[], isInState = false): Claim {
  return { urn, wants: downloads.flatMap(digestsOf), phase: isInState ? "passed over" : "announced" };
}

/** As a check reads the ids. Without an account, whichever the provider has. */
function digestsOf({ accountId, videoId, type }: UncheckedDownload): string[] {
  const [account, video] = [accountId, videoId].map((id) => (typeof id === "string" ? id.trim().toLowerCase() : id));
  if (!isHexId(video) || !isDownloadType(type)) return [];
  const download = { videoId: video, type };
  return [isHexId(account) ? digestOf({ accountId: account, ...download }) : digestInAnyAccount(download)];
}
