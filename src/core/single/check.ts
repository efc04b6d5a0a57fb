/** Check: defaults and validation of a StreamDownload's inputs. Needs no credentials and sends no request. */
import type { DownloadType } from "../identity";
import { type Failure, withoutSecrets } from "../inputs/inputFailures";
import { UNKNOWN } from "../inputs/unknown";
import {
  type Checked,
  checkHexId,
  checkNoOthers,
  checkType,
  checkWaitForReady,
  hiddenInputs,
  type RawInputs,
} from "../inputs/inputFields";
import { secretArguments, withoutSecretArguments } from "../inputs/secretArguments";
import { type Claims, nameOf } from "../claims";

/** The arguments of a StreamDownload. */
export const DOWNLOAD_ARGUMENTS = ["videoId", "type", "accountId", "waitForReady"] as const;

/** What a check needs besides the inputs: the account to default to, and the claims of other resources. */
export interface CheckContext {
  /** @throws Error when what is configured is not an account id */
  readonly defaultAccountId: () => string | undefined;
  readonly claims: Claims;
}

/**
 * Checks inputs.
 *
 * @param olds the inputs of the last deployment, or {}
 * @param news the inputs the program gives now
 */
export function checkDownload(
  olds: RawInputs,
  news: RawInputs,
  { defaultAccountId, claims }: CheckContext,
): { inputs: RawInputs; failures: Failure[] } {
  const failures: Failure[] = [];
  const secret = secretArguments(news);
  const { url, ...given } = news;
  // An input `url` without a value is not an argument: it marks the output as secret, because the video's id is.
  const isUrlSecret = url === null || url === UNKNOWN;
  checkNoOthers(isUrlSecret ? given : news, DOWNLOAD_ARGUMENTS, failures);
  const videoId = checkHexId(news.videoId, "videoId", "a video's id", failures, { isSecret: secret.has("videoId") });
  const type = checkType(news.type ?? "default", "type", failures, { isSecret: secret.has("type") });
  const waitForReady = checkWaitForReady(news.waitForReady, failures, { isSecret: secret.has("waitForReady") });
  const accountId = resolveAccount(olds, news, defaultAccountId, failures);
  if (
    failures.length === 0 &&
    typeof news.__urn === "string" &&
    isKnown(videoId) &&
    isKnown(type) &&
    isKnown(accountId)
  ) {
    const taken = claims.tryDeclare(news.__urn, [{ accountId, videoId, type }]);
    if (taken !== undefined) failures.push({ property: "videoId", reason: declaredTwice(taken.urn, type) });
  }
  if (failures.length > 0) return { inputs: news, failures: withoutSecrets(failures, secret) };
  const inputs = {
    ...hiddenInputs(withoutSecretArguments(news)),
    videoId,
    type,
    waitForReady,
    ...(accountId === undefined ? {} : { accountId }),
    ...(isUrlSecret ? { url } : {}),
  };
  return { inputs, failures };
}

/** Resolves the account: the argument, else the configured account, else the one in the resource's state. */
export function resolveAccount(
  olds: RawInputs,
  news: RawInputs,
  defaultAccountId: () => string | undefined,
  failures: Failure[],
): Checked<string> {
  if (news.accountId !== undefined && news.accountId !== null) {
    const isSecret = secretArguments(news).has("accountId");
    return checkHexId(news.accountId, "accountId", "an account's id", failures, { isSecret });
  }
  try {
    const configured = defaultAccountId();
    if (configured !== undefined) return configured;
  } catch (error) {
    failures.push({ property: "accountId", reason: error instanceof Error ? error.message : String(error) });
    return undefined;
  }
  return typeof olds.accountId === "string" && olds.accountId !== UNKNOWN ? olds.accountId : undefined;
}

/** The message for a download that two resources of one program declare. */
export function declaredTwice(urn: string, type: DownloadType): string {
  return (
    `the "${type}" download of this video is declared by the resource "${nameOf(urn)}" already. ` +
    "Two resources would delete each other's file: remove one of them."
  );
}

function isKnown<T>(value: Checked<T>): value is T {
  return value !== undefined && value !== UNKNOWN;
}
