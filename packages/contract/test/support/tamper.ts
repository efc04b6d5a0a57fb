/** Changes responses on their way to the contract, as an API would respond that does otherwise than documented. */

/** What was sent. */
export interface Sent {
  readonly method: string;
  /** From `/accounts` on, without the account's and the video's ids; of a file the whole address. */
  readonly path: string;
  readonly authorization: string | undefined;
}

/** What came back, to be changed. */
export interface Back {
  status: number;
  readonly headers: Headers;
  // A test changes what it knows to be there.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  body: any;
}

export type Tamper = (sent: Sent, back: Back) => void;

/** A `fetch` whose responses are changed. */
export function tampered(tamper: Tamper, videoId: string): typeof fetch {
  return async (input, init) => {
    const response = await fetch(input, init);
    const text = await response.text();
    const isApi = String(input).includes("/accounts/");
    const back: Back = {
      status: response.status,
      headers: new Headers(response.headers),
      body: isApi ? JSON.parse(text) : text,
    };
    back.headers.delete("content-length");
    const path = String(input).replace(new RegExp(`^.*/accounts/[^/]+/stream/(${videoId})?`), "");
    tamper(
      {
        method: init?.method ?? "GET",
        path,
        authorization: new Headers(init?.headers).get("authorization") ?? undefined,
      },
      back,
    );
    const body = init?.method === "HEAD" ? null : isApi ? JSON.stringify(back.body) : back.body;
    return new Response(body, { status: back.status, headers: back.headers });
  };
}
