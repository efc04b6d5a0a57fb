/** Requests as fetch would not send them: any Host, any method, from any of this machine's addresses; and how their connection ended. */
import http from "node:http";

export interface RawResponse {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: Buffer;
  /** The code of what ended the connection too early, such as ECONNRESET. */
  readonly failure?: string | undefined;
}

/** Sends a request on a connection of its own; resolves when that is over, however it ended. */
export function raw(url: string, options: http.RequestOptions = {}, body?: string): Promise<RawResponse> {
  return new Promise((resolve) => {
    const request = http.request(url, { agent: false, ...options }, (response) => {
      const chunks: Buffer[] = [];
      const end = (failure?: string) =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks), failure });
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () => end());
      response.on("error", (error: NodeJS.ErrnoException) => end(error.code));
    });
    request.on("error", (error: NodeJS.ErrnoException) =>
      resolve({ status: 0, headers: {}, body: Buffer.alloc(0), failure: error.code }),
    );
    request.end(body);
  });
}
