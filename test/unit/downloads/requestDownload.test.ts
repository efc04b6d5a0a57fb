import { expect } from "chai";
import { ApiError } from "../../../src/stream/apiError";
import { type Operation, TimeLimitExceeded } from "../../../src/downloads/operation";
import { RequestTimes } from "../../../src/downloads/requestTimes";
import { NotCreatedError, requestDownload } from "../../../src/downloads/requestDownload";
import { systemClock } from "../../../src/core/clock";
import { ACCOUNT, video } from "../../support/ids";

describe("requesting a download", () => {
  it("a request for a download that is refused is ended by the time limit, not by the refusal, when the limit comes before the reason is known", async () => {
    const operation = {
      api: {
        createDownload: () =>
          Promise.reject(new ApiError({ status: 400, items: [{ code: 10005, message: "not ready" }] })),
      },
      downloads: {
        read: () => Promise.reject(new TimeLimitExceeded(1000)),
        changed: () => undefined,
        invalidate: () => undefined,
      },
      clock: systemClock,
      requestTimes: new RequestTimes(systemClock),
      report: {
        status: () => undefined,
        progress: () => undefined,
        note: () => undefined,
        warn: () => undefined,
        pause: () => undefined,
      },
      signal: new AbortController().signal,
    } as unknown as Operation;
    const identity = { accountId: ACCOUNT, videoId: video(1), type: "default" } as const;
    const failure = await requestDownload(operation, identity, { waitForReady: false }).catch(
      (error: unknown) => error,
    );
    expect(failure).to.be.instanceOf(NotCreatedError).with.property("reason").that.is.instanceOf(TimeLimitExceeded);
  });
});
