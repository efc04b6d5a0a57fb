/**
 * Detects that the engine has died. A killed CLI leaves its plugins running, and a plugin that waits would poll for up
 * to an hour with no one to report to. A connection to the engine closes when the engine ends; if it cannot be
 * reopened, the engine is gone.
 *
 * The connection speaks HTTP/2, like the engine's gRPC server: when the engine ends, that server waits two minutes for
 * a silent TCP connection, but closes an HTTP/2 connection without requests at once.
 */
import { connect } from "node:http2";

/** The pause before reconnecting: a live engine closes idle connections too. */
const RECONNECT_MS = 500;
/** After this many refused connections in a row the engine is gone. */
const REFUSALS = 3;

/** Calls `onDeath` once nothing listens at the address any more. Does not keep the process alive. */
export function watchEngine(address: string, onDeath: () => void): void {
  let refusals = 0;
  const open = () => {
    const session = connect(`http://${address}`);
    session.unref();
    session.on("connect", () => {
      refusals = 0;
    });
    session.on("error", () => {
      refusals += 1;
    });
    session.on("close", () => {
      if (refusals >= REFUSALS) onDeath();
      else setTimeout(open, RECONNECT_MS).unref();
    });
  };
  open();
}
