import { expect } from "chai";
import {
  parseRateLimit,
  parseRateLimitPolicy,
  parseRetryAfter,
} from "../../../../../src/core/cloudflare/rateLimit/rateLimitHeaders";

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

  it("a Retry-After is parsed as seconds or as a date, and limited to a quarter of an hour", () => {
    expect(parseRetryAfter("7", 0)).to.equal(7000);
    expect(parseRetryAfter("Thu, 01 Jan 1970 00:00:09 GMT", 4000)).to.equal(5000);
    expect(parseRetryAfter("Thu, 01 Jan 1970 00:00:09 GMT", 10_000)).to.equal(0);
    expect(parseRetryAfter("99999999", 0)).to.equal(900_000);
    expect([parseRetryAfter("soon", 0), parseRetryAfter(undefined, 0)]).to.deep.equal([undefined, undefined]);
  });
});
