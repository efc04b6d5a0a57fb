/** One GET per video for everyone who wants it at the same time. */
import type { Job, Kind } from "../budget/job";
import { QueuedRequest } from "../budget/requestQueue";
import { type VideoIdentity, videoKey } from "../core/identity";

/** The options of one GET. */
interface FetchOptions {
  readonly signal: AbortSignal;
  readonly request: QueuedRequest;
}

export type Fetch<T> = (video: VideoIdentity, options: FetchOptions) => Promise<T>;

/** For whom a GET is sent, and as what; see {@link QueuedRequest.want}. */
export type Wanted = readonly [job: Job, kind: Kind, lateAt?: number];

interface InFlightRequest<T> {
  readonly promise: Promise<T>;
  readonly abort: AbortController;
  readonly request: QueuedRequest;
  subscribers: number;
}

export class InFlightRequests<T> {
  readonly #fetch: Fetch<T>;
  readonly #byVideo = new Map<string, InFlightRequest<T>>();

  constructor(fetch: Fetch<T>) {
    this.#fetch = fetch;
  }

  /**
   * Joins the GET of the video that waits or is in flight, or starts one. The request tells whether it was sent.
   *
   * @returns a response that throws whatever the GET throws, or the signal's reason
   */
  join(
    video: VideoIdentity,
    signal: AbortSignal,
    [first, ...others]: readonly [Wanted, ...Wanted[]],
  ): { readonly request: QueuedRequest; readonly response: Promise<T> } {
    signal.throwIfAborted();
    const inFlight = this.#byVideo.get(videoKey(video)) ?? this.#start(video, new QueuedRequest(...first));
    for (const wanted of [first, ...others]) inFlight.request.want(...wanted);
    inFlight.subscribers += 1;
    const response = new Promise<T>((resolve, reject) => {
      const onAbort = () => {
        reject(signal.reason);
        inFlight.subscribers -= 1;
        if (inFlight.subscribers > 0) return;
        inFlight.abort.abort();
        this.#forget(video, inFlight);
      };
      signal.addEventListener("abort", onAbort, { once: true });
      inFlight.promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", onAbort));
    });
    return { request: inFlight.request, response };
  }

  /** Call it after a write: a GET that began before the write must not serve a read that begins after it. */
  invalidate(video: VideoIdentity): void {
    this.#byVideo.delete(videoKey(video));
  }

  #start(video: VideoIdentity, request: QueuedRequest): InFlightRequest<T> {
    const abort = new AbortController();
    const promise = this.#fetch(video, { signal: abort.signal, request }).finally(() => this.#forget(video, inFlight));
    const inFlight: InFlightRequest<T> = { promise, abort, request, subscribers: 0 };
    this.#byVideo.set(videoKey(video), inFlight);
    return inFlight;
  }

  #forget(video: VideoIdentity, inFlight: InFlightRequest<T>): void {
    if (this.#byVideo.get(videoKey(video)) === inFlight) this.#byVideo.delete(videoKey(video));
  }
}
