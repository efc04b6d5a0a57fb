/**
 * Ctrl-C. The engine sends the RPC `ResourceProvider/Cancel`, which Pulumi's dynamic provider answers and ignores, so an
 * operation that waits would be waited for. This listens beside it on the plugin's own HTTP/2 server. That is not a documented
 * way in: where it is not found, only the feature is lost.
 */
import { EventEmitter } from "node:events";

const CANCEL_METHOD = "/Cancel";

/** Calls the listener when the engine asks to cancel. Returns whether the server was found. */
export function onEngineCancel(listener: () => void): boolean {
  try {
    const { _getActiveHandles: handles } = process as unknown as { _getActiveHandles?: () => unknown[] };
    let found = false;
    for (const handle of handles?.call(process) ?? []) {
      if (!(handle instanceof EventEmitter) || handle.constructor.name !== "Http2Server") continue;
      found = true;
      handle.on("stream", (_stream: unknown, headers: Record<string, unknown> | undefined) => {
        if (String(headers?.[":path"]).endsWith(CANCEL_METHOD)) listener();
      });
    }
    return found;
  } catch {
    return false;
  }
}
