/**
 * Notices that the engine has died. A killed CLI leaves its plugins alive, and a plugin that waits would poll on for an hour
 * with nobody to tell. An open connection to the engine closes at the moment the engine ends; a closed one that cannot be
 * opened again means that it has.
 */
import { connect } from "node:net";

/** The engine itself closes connections on which nothing is said; then a new one is made after this pause. */
const RECONNECT_MS = 500;
/** So many refusals in a row and the engine is gone. */
const REFUSALS = 3;

/** Calls `onDeath` once when nothing listens at the address any more. Keeps no process alive. */
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
