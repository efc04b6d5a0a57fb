/** What a fault does to a response on its way to the client. */
import type { HttpBindings } from "@hono/node-server";
import type { EmulatorClock } from "./clock";
import { failure, type Reply } from "./envelope";
import type { Fault, StatusFault } from "./faults";

type Outgoing = HttpBindings["outgoing"];

/**
 * Applies a fault to a response.
 *
 * @returns what to send; undefined where the connection is cut, or stays silent
 */
export async function applyFault(
  fault: Fault,
  reply: Reply,
  clock: EmulatorClock,
  outgoing: Outgoing | undefined,
): Promise<Reply | Response | undefined> {
  const { headers, body, status } = reply;
  const closed = closedSignal(outgoing);
  const wait = (ms: number) => clock.wait(ms, closed);
  switch (fault.kind) {
    case "status":
      return errorReply(fault, reply);
    case "body":
      return {
        status: 200,
        headers: { ...headers, "content-type": fault.contentType ?? "application/json" },
        body: fault.body,
      };
    case "delay":
      await wait(fault.ms);
      return reply;
    case "hang":
      // Not awaited: the request is in the log from now on.
      void wait(Number.POSITIVE_INFINITY);
      return undefined;
    case "reset":
      outgoing?.socket?.resetAndDestroy();
      return undefined;
    case "half-body": {
      const bytes = Buffer.from(body);
      outgoing?.writeHead(status, { ...headers, "content-length": String(bytes.length) });
      outgoing?.write(bytes.subarray(0, Math.ceil(bytes.length / 2)), () => outgoing.destroy());
      return undefined;
    }
    case "trickle":
      return new Response(
        byteByByte(body, () => wait(fault.msPerByte ?? 1000)),
        { status, headers },
      );
  }
}

function errorReply(
  { status, code = 10001, message = "an injected fault", ...fault }: StatusFault,
  reply: Reply,
): Reply {
  const contentType = fault.body === undefined ? {} : { "content-type": "text/html" };
  const own = Object.entries(fault.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]);
  return {
    status,
    headers: { ...reply.headers, ...contentType, ...(Object.fromEntries(own) as Record<string, string>) },
    body: fault.body ?? failure({ status, code, message }, { messages: "present" }).body,
  };
}

function byteByByte(text: string, pause: () => Promise<void>): ReadableStream<Uint8Array> {
  const bytes = new TextEncoder().encode(text);
  let sent = 0;
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      if (sent >= bytes.length) return controller.close();
      await pause();
      sent += 1;
      controller.enqueue(bytes.slice(sent - 1, sent));
    },
  });
}

/** Aborted once the connection of a request is closed. */
function closedSignal(outgoing: Outgoing | undefined): AbortSignal {
  const controller = new AbortController();
  if (outgoing?.destroyed) controller.abort();
  else outgoing?.once("close", () => controller.abort());
  return controller.signal;
}
