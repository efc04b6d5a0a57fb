/** One GET per video for everyone who wants it at the same time. */
import type { Urgency } from "../budget/urgency";
import { type VideoIdentity, videoKey } from "../core/identity";

/** The options of one GET. `W` describes why a request has to wait. */
interface FetchOptions<W> {
  readonly signal: AbortSignal;
  readonly urgency: Urgency;
  readonly onThrottle: (throttled: W) => void;
}

export type Fetch<T, W> = (video: VideoIdentity, options: FetchOptions<W>) => Promise<T>;

interface InFlightRequest<T, W> {
  readonly promise: Promise<T>;
  readonly abort: AbortController;
  readonly urgency: Urgency;
  readonly listeners: Set<(throttled: W) => void>;
  subscribers: number;
}

export class InFlightRequests<T, W> {
  readonly #fetch: Fetch<T, W>;
  readonly #byVideo = new Map<string, InFlightRequest<T, W>>();

  constructor(fetch: Fetch<T, W>) {
    this.#fetch = fetch;
  }

  /**
   * Joins the request in flight for the video, and raises its urgency if this one is more urgent; or starts a request.
   *
   * @throws whatever the request throws, or the signal's reason
   */
  async get(
    video: VideoIdentity,
    signal: AbortSignal,
    urgency: Urgency,
    onThrottle?: (throttled: W) => void,
  ): Promise<T> {
    signal.throwIfAborted();
    const request = this.#byVideo.get(videoKey(video)) ?? this.#start(video, urgency);
    request.urgency.raise(urgency.priority, urgency.owner);
    if (onThrottle !== undefined) request.listeners.add(onThrottle);
    request.subscribers += 1;
    return new Promise<T>((resolve, reject) => {
      const onAbort = () => {
        reject(signal.reason);
        if (onThrottle !== undefined) request.listeners.delete(onThrottle);
        request.subscribers -= 1;
        if (request.subscribers > 0) return;
        request.abort.abort();
        this.#forget(video, request);
      };
      signal.addEventListener("abort", onAbort, { once: true });
      request.promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", onAbort));
    });
  }

  /** Call it after a write: a GET that began before the write must not serve a read that begins after it. */
  invalidate(video: VideoIdentity): void {
    this.#byVideo.delete(videoKey(video));
  }

  #start(video: VideoIdentity, urgency: Urgency): InFlightRequest<T, W> {
    const abort = new AbortController();
    const listeners = new Set<(throttled: W) => void>();
    const onThrottle = (throttled: W) => {
      for (const listener of listeners) listener(throttled);
    };
    const promise = this.#fetch(video, { signal: abort.signal, urgency, onThrottle }).finally(() =>
      this.#forget(video, request),
    );
    const request: InFlightRequest<T, W> = { promise, abort, urgency, listeners, subscribers: 0 };
    this.#byVideo.set(videoKey(video), request);
    return request;
  }

  #forget(video: VideoIdentity, request: InFlightRequest<T, W>): void {
    if (this.#byVideo.get(videoKey(video)) === request) this.#byVideo.delete(videoKey(video));
  }
}
