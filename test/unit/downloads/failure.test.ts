import { expect } from "chai";
import { ApiError } from "../../../src/stream/apiError";
import { ForeignResponse } from "../../../src/stream/foreignResponse";
import { NetworkError } from "../../../src/stream/networkError";
import { explain, reasonOf } from "../../../src/downloads/failure";
import { Cancelled, TimeLimitExceeded, VideoNotReadyInTime } from "../../../src/downloads/operation";

describe("the explanation of an error", () => {
  it("an explanation says what to do about each kind of failure", () => {
    expect(explain(new NetworkError("tls", "host", undefined, false))).to.contain("Check the endpoint's certificate");
    expect(explain(new NetworkError("dns", "host", undefined, false))).to.contain("CLOUDFLARE_BASE_URL");
    expect(explain(new NetworkError("reset", "host"))).to.contain("nothing is lost");
    expect(explain(new NetworkError("malformed", "host"))).to.contain("login page");
    expect(explain(new TimeLimitExceeded(60_000))).to.equal("the time limit of 1m was exceeded");
    expect(explain(new VideoNotReadyInTime(60_000))).to.equal(
      "the time limit of 1m was exceeded while the video itself was not ready",
    );
    expect([explain(new Cancelled()), explain("text")]).to.deep.equal([
      "cancelled. Run the same command again to continue.",
      "text",
    ]);
  });

  it("every code for refused credentials is explained as such, whatever the status", () => {
    for (const code of [1000, 6003, 9103, 9106, 9109]) {
      const error = new ApiError({ status: 400, items: [{ code, message: "Invalid access token" }] });
      expect(explain(error), String(code)).to.contain("The credentials are not valid");
      expect(reasonOf(error).isRefusal, String(code)).to.equal(true);
    }
    expect(reasonOf(new ApiError({ status: 400, items: [{ code: 10005, message: "no" }] })).isRefusal).to.equal(false);
  });

  it("code 9109 for a resource is explained by the account and the permission, not by the token's validity", () => {
    for (const status of [401, 403]) {
      const items = [{ code: 9109, message: "Unauthorized to access requested resource" }];
      const error = new ApiError({ status, items });
      expect(explain(error))
        .to.contain("Check the account id, and that the token has Stream Write")
        .and.not.contain("not valid");
      expect(error).to.include({ hasInvalidCredentials: false, refusesCredentials: true });
    }
  });

  it("a response that is not the API's is explained as such, whatever its status", () => {
    for (const status of [200, 302, 401, 403, 404, 429, 500, 502, 503]) {
      const error = new ForeignResponse("host", { status, words: "404 Not Found" });
      expect(explain(error), String(status)).to.contain("Something else responds instead of Cloudflare");
      expect(reasonOf(error).isRefusal ?? false, String(status)).to.equal(false);
    }
  });
});
