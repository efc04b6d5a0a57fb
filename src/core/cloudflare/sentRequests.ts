/**
 * Knows whether anything of a request can have reached the other side. An error code does not tell: the same "no route to host" comes before a
 * connection is made and in the middle of it. Node sends a request as soon as its connection, over https its TLS session, is there.
 */
import http from "node:http";
import https from "node:https";
import type { Socket } from "node:net";
import { TLSSocket } from "node:tls";

/** What axios sends a request with, in place of `node:http` and `node:https`. */
export interface RequestSender {
  request(options: https.RequestOptions, onResponse: (response: http.IncomingMessage) => void): http.ClientRequest;
}

/** A sender that calls `onSent` at the moment from which a request may have been received. */
export function reportingSender(onSent: () => void): RequestSender {
  return {
    request(options, onResponse) {
      const request = (options.protocol === "https:" ? https : http).request(options, onResponse);
      request.once("socket", (socket: Socket) => {
        // A connection that is used again is open, and so is one on which a proxy has answered in the server's place.
        if (socket instanceof TLSSocket ? !isSecured(socket) : socket.connecting) {
          socket.once(socket instanceof TLSSocket ? "secureConnect" : "connect", onSent);
        } else onSent();
      });
      return request;
    },
  };
}

/** Whether the TLS session is there; Node's types leave the property out. */
function isSecured(socket: TLSSocket): boolean {
  return !(socket as TLSSocket & { readonly secureConnecting: boolean }).secureConnecting;
}
