/** Why a download is not ready, in words. */
import { formatDuration } from "../duration";
import { explain, isInterruption, type Reason, ReasonedError, reasonOf } from "../failure";
import { percentText } from "./progressText";

/** Why one that exists, or may exist, is not ready. */
export function unfinishedReason(error: unknown, percent: number, tookMs: number): Reason {
  if (!isInterruption(error)) return reasonOf(error);
  const reached = `: it had reached ${percentText(percent)} after ${formatDuration(tookMs)}`;
  return { text: unfinishedText(error, reached), cause: unfinishedText(error, "") };
}

function unfinishedText(error: Error, reached: string): string {
  const what = error.name === "Cancelled" ? "cancelled while waiting" : explain(error);
  const more = error.name === "TimeLimitExceeded" ? " Raise customTimeouts to wait longer." : "";
  return `${what}${reached}. The encoding goes on at Cloudflare; the next \`pulumi up\` resumes.${more}`;
}

/** Cloudflare refused the request, and the look at the video that was to tell why failed too. */
export function videoCheckFailed(refusal: Reason, look: Reason): ReasonedError {
  return new ReasonedError({
    text: `${refusal.text} Looking at the video failed: ${look.text}`,
    cause: `${refusal.cause} Looking at the video failed: ${look.cause}`,
    isRefusal: look.isRefusal ?? false,
  });
}
