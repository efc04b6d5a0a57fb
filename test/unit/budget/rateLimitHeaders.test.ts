import { expect } from "chai";
import { parseRateLimit, parseRateLimitPolicy, parseRetryAfter } from "../../../src/budget/rateLimitHeaders";

describe("the rate limit headers", () => {
  it("the budget is parsed from any list of structured fields, and malformed headers are ignored", () => {
    expect(parseRateLimit('"default";r=50;t=30, "burst";r=5;t=9')).to.deep.equal({ remaining: 5, resetMs: 9000 });
    for (const malformed of [
      '"default";r=x;t=30',
      '"default";r=-1;t=30',
      '"default";r=1.5;t=30',
      '"default";r=1;t=30,',
      "r=1",
    ])
      expect(parseRateLimit(malformed), malformed).to.equal(undefined);
    expect(parseRateLimitPolicy('"burst";q=100;w=60, "none";q=0;w=9')).to.deep.equal([
      { quota: 100, windowMs: 60_000 },
    ]);
    expect(parseRateLimitPolicy(undefined)).to.deep.equal([]);
  });

  it("no announced window is longer than a quarter of an hour, so that a mistake of the API ends", () => {
    expect(parseRateLimit('"default";r=0;t=86400')).to.deep.equal({ remaining: 0, resetMs: 900_000 });
    expect(parseRateLimitPolicy('"day";q=1;w=86400, "burst";q=100;w=60')).to.deep.equal([
      { quota: 100, windowMs: 60_000 },
    ]);
  });

  it("a Retry-After is parsed as seconds or as a date, and limited to a quarter of an hour", () => {
    expect(parseRetryAfter("7", undefined, 0)).to.equal(7000);
    expect(parseRetryAfter("Thu, 01 Jan 1970 00:00:09 GMT", undefined, 4000)).to.equal(5000);
    expect(parseRetryAfter("99999999", undefined, 0)).to.equal(900_000);
  });

  it("a Retry-After that is a date is compared with the response's own date, because a clock may be wrong", () => {
    const [sent, later] = ["Thu, 01 Jan 1970 00:00:02 GMT", "Thu, 01 Jan 1970 00:00:09 GMT"];
    expect(parseRetryAfter(later, sent, 1_000_000)).to.equal(7000);
    expect(parseRetryAfter(later, "today", 4000)).to.equal(5000);
  });

  it("a Retry-After of zero, in the past or unreadable says nothing", () => {
    const past = "Thu, 01 Jan 1970 00:00:09 GMT";
    for (const header of [undefined, "", "0", "-1", "3.5", "soon", "1e3", past, "Fri Jan 02 2099"])
      expect(parseRetryAfter(header, undefined, 10_000), header).to.equal(undefined);
  });
});
