import { expect } from "chai";
import { ApiError } from "../../../src/core/cloudflare/apiError";
import { NetworkError } from "../../../src/core/cloudflare/networkError";
import { explain, reasonOf } from "../../../src/core/failure";
import { Cancelled, TimeLimitExceeded } from "../../../src/core/operation";

describe("the explanation of an error", () => {
  it("an explanation says what to do about each kind of failure", () => {
    expect(explain(new NetworkError("tls", "host", undefined, false))).to.contain("Check the endpoint's certificate");
    expect(explain(new NetworkError("dns", "host", undefined, false))).to.contain("CLOUDFLARE_BASE_URL");
    expect(explain(new NetworkError("reset", "host"))).to.contain("nothing is lost");
    expect(explain(new NetworkError("malformed", "host"))).to.contain("login page");
    expect(explain(new TimeLimitExceeded(60_000))).to.equal("the time limit of 1m was exceeded");
    expect([explain(new Cancelled()), explain("text")]).to.deep.equal([
      "cancelled. Run the same command again to continue.",
      "text",
    ]);
  });

  it("every code for refused credentials is explained as such, whatever the status", () => {
    for (const code of [1000, 6003, 9103, 9106, 9109]) {
      const error = new ApiError({ status: 400, items: [{ code, message: "no" }] });
      expect(explain(error), String(code)).to.contain("The credentials are not valid");
      expect(reasonOf(error).isRefusal, String(code)).to.equal(true);
    }
    expect(reasonOf(new ApiError({ status: 400, items: [{ code: 10005, message: "no" }] })).isRefusal).to.equal(false);
  });
});
