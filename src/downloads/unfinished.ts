/** Explains why a download is not ready. */
import type { Download } from "../stream/download";
import { formatDuration } from "../core/duration";
import { explain, isInterruption, type Reason, ReasonedError, reasonOf } from "./failure";
import { CredentialsRefused, TimeLimitExceeded } from "./operation";
import { percentText } from "./progressText";
import { unclearText } from "./unclearStatus";

/** Why a download that exists, or may exist, is not ready. */
export function unfinishedReason(
  error: unknown,
  { percentComplete, unclear }: Pick<Download, "percentComplete" | "unclear">,
  tookMs: number,
): Reason {
  if (!isInterruption(error)) return reasonOf(error);
  const reached = `: it had reached ${percentText(percentComplete)} after ${formatDuration(tookMs)}`;
  const isNotYet = error instanceof TimeLimitExceeded;
  const more = unclear === undefined ? "" : ` ${unclearText(unclear)}`;
  return {
    text: unfinishedText(error, reached) + more,
    cause: unfinishedText(error, "") + more,
    isNotYet,
    isInterruption: !(error instanceof CredentialsRefused),
  };
}

const NOT_REQUESTED = "not requested yet: ";

/** Why a download is not requested, where that was still to come when the operation was ended from outside. */
export function notRequestedReason(error: unknown): Reason {
  const reason = reasonOf(error);
  if (reason.isInterruption !== true) return reason;
  const text = notRequestedText(reason);
  return { ...reason, text, cause: text };
}

function notRequestedText({ text }: Reason): string {
  return `${NOT_REQUESTED}${text}`;
}

/** Whether a reason in the output `failures` is that the download was still to be requested: nothing has failed. */
export function wasNotRequested(reason: string): boolean {
  return reason.startsWith(NOT_REQUESTED);
}

function unfinishedText(error: Error, reached: string): string {
  const what = error.name === "Cancelled" ? "cancelled while waiting" : explain(error);
  const more = error.name === "TimeLimitExceeded" ? " Raise customTimeouts to wait longer." : "";
  return `${what}${reached}. The encoding continues at Cloudflare; the next \`pulumi up\` resumes.${more}`;
}

/** Cloudflare refused the request, and checking the video for the cause failed too. */
export function videoCheckFailed(refusal: Reason, check: Reason): ReasonedError {
  return new ReasonedError({
    text: `${refusal.text} Checking the video failed: ${check.text}`,
    cause: `${refusal.cause} Checking the video failed: ${check.cause}`,
    isRefusal: check.isRefusal ?? false,
  });
}
