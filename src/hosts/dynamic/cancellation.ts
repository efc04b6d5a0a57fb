/**
 * Detects Ctrl-C. The engine calls the RPC `ResourceProvider/Cancel`. Pulumi's dynamic provider acknowledges and
 * ignores it, so the engine would wait for every operation to end by itself. This module listens for the call on the
 * plugin's HTTP/2 server, which is not a documented interface: if the server is not found, operations are not
 * cancelled, and nothing else changes.
 */
import { EventEmitter } from "node:events";

const CANCEL_METHOD = "/Cancel";

/**
 * Calls the listener when the engine cancels.
 *
 * @returns whether the server was found
 */
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
