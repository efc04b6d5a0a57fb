import { expect } from "chai";
import { ApiError } from "../../../../src/core/cloudflare/apiError";
import { openEnvelope } from "../../../../src/core/cloudflare/envelope";
import { NetworkError } from "../../../../src/core/cloudflare/networkError";

const open = (status: number, body: string) =>
  openEnvelope({ status, body, host: "api.example.com", rayId: "ray\u0007", retryAfterMs: 2000 });

function failureOf(status: number, body: string): ApiError | NetworkError {
  try {
    open(status, body);
  } catch (error) {
    if (error instanceof ApiError || error instanceof NetworkError) return error;
    throw error;
  }
  throw new Error("it did not fail");
}

describe("the envelope of a response", () => {
  it("a successful envelope gives its result, which may be null", () => {
    expect(open(200, '{"success":true,"result":{"a":1}}')).to.deep.equal({ a: 1 });
    expect(open(200, '{"success":true,"result":null}')).to.equal(null);
  });

  it("an error has the status, messages and codes, the ray id and the pause of the response", () => {
    const error = failureOf(503, '{"success":false,"errors":[{"code":7,"message":"no\\u0007"},{"message":1}, 2]}');
    expect(error).to.be.instanceOf(ApiError).and.deep.include({ status: 503, rayId: "ray", retryAfterMs: 2000 });
    expect(error.message).to.equal("Cloudflare responded with 503: no [code: 7]; no message");
  });

  it("the message of an error is one line: a line of a log must not be a stranger's", () => {
    const error = failureOf(422, '{"success":false,"errors":[{"message":"no\\n::error::\\r\\nstop"}]}');
    expect(error.message).to.equal("Cloudflare responded with 422: no ::error:: stop");
  });

  it("of many errors the first five are kept", () => {
    const errors = Array.from({ length: 7 }, (_, n) => ({ code: n + 1, message: "no" }));
    const { message } = failureOf(400, JSON.stringify({ success: false, errors }));
    expect(message).to.contain("[code: 5]").and.not.contain("[code: 6]");
  });

  it("an envelope that says success: false is an error, whatever its status", () => {
    expect(failureOf(200, '{"success":false,"errors":[]}').message).to.equal(
      "Cloudflare responded with 200: no reason given",
    );
  });

  it("an HTML page is an error with its title, and a redirect is one that says so", () => {
    expect(failureOf(502, "<html><title>Bad Gateway</title><body>x</body></html>").message).to.contain("Bad Gateway");
    expect(failureOf(502, "<p>a\n b</p>").message).to.equal("Cloudflare responded with 502: a b");
    expect(failureOf(302, "").message).to.contain("a redirect, which is never followed");
  });

  it("a 200 without an envelope is a malformed response", () => {
    for (const body of ["", "<html></html>", "[]", '{"success":true}', "7"]) {
      const error = failureOf(200, body);
      expect(error, body).to.be.instanceOf(NetworkError).with.property("fault", "malformed");
      expect(error.message, body).to.contain(body === "" ? "empty body" : "no envelope");
    }
  });
});
