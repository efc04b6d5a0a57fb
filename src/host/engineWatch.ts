/**
 * Detects that the engine has died. A killed CLI leaves its plugins running, and a plugin that waits would poll for up to an hour with no
 * one to report to. A connection to the engine closes when the engine ends; if it cannot be reopened, the engine is gone.
 */
import { connect } from "node:net";

/** The pause before reconnecting: a live engine closes idle connections too. */
const RECONNECT_MS = 500;
/** After this many refused connections in a row the engine is gone. */
const REFUSALS = 3;

/** Calls `onDeath` once nothing listens at the address any more. Does not keep the process alive. */
export function watchEngine(address: string, onDeath: () => void): void {
  const separator = address.lastIndexOf(":");
  const host = address.slice(0, separator);
  const port = Number(address.slice(separator + 1));
  let refusals = 0;
  const open = () => {
    const socket = connect({ host, port });
    socket.unref();
    socket.on("connect", () => {
      refusals = 0;
    });
    socket.on("error", () => {
      refusals += 1;
    });
    socket.on("data", () => undefined);
    socket.on("close", () => {
      if (refusals >= REFUSALS) onDeath();
      else setTimeout(open, RECONNECT_MS).unref();
    });
  };
  open();
}
