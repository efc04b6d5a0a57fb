/**
 * Detects whether any part of a request may have reached the server. The error code does not say: "no route to host"
 * occurs both before a connection is open and in the middle of it. Node.js sends a request as soon as its connection,
 * or for https its TLS session, is established.
 */
import http from "node:http";
import https from "node:https";
import type { Socket } from "node:net";
import { TLSSocket } from "node:tls";

/** What axios sends requests with, instead of `node:http` and `node:https`. */
interface RequestSender {
  request(options: https.RequestOptions, onResponse: (response: http.IncomingMessage) => void): http.ClientRequest;
}

/** A sender that calls `onSent` as soon as the server may have received a part of the request. */
export function reportingSender(onSent: () => void): RequestSender {
  return {
    request(options, onResponse) {
      const request = (options.protocol === "https:" ? https : http).request(options, onResponse);
      request.once("socket", (socket: Socket) => {
        // A reused connection is open already, and so is one on which a proxy responded instead of the server.
        if (socket instanceof TLSSocket ? !isSecured(socket) : socket.connecting) {
          socket.once(socket instanceof TLSSocket ? "secureConnect" : "connect", onSent);
        } else onSent();
      });
      return request;
    },
  };
}

/** Whether the TLS session is established; Node's types lack the property. */
function isSecured(socket: TLSSocket): boolean {
  return !(socket as TLSSocket & { readonly secureConnecting: boolean }).secureConnecting;
}
