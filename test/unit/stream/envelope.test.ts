import { expect } from "chai";
import { ApiError } from "../../../src/stream/apiError";
import { NO_BODY, openEnvelope } from "../../../src/stream/envelope";
import { ForeignResponse } from "../../../src/stream/foreignResponse";
import { showWithout } from "../../../src/stream/shownText";

const TOKEN = "a/b+c0123456789";

const open = (status: number, body: string, more: Partial<Parameters<typeof openEnvelope>[0]> = {}) =>
  openEnvelope({
    method: "GET",
    status,
    body,
    host: "api.example.com",
    rayId: "ray\u0007",
    retryAfterMs: 2000,
    show: showWithout([TOKEN]),
    ...more,
  });

function failureOf(...args: Parameters<typeof open>): ApiError | ForeignResponse {
  try {
    open(...args);
  } catch (error) {
    if (error instanceof ApiError || error instanceof ForeignResponse) return error;
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

  it("whatever is not an envelope is not the API's response, with any status, and is described by its title or first words", () => {
    const bodies = [
      ["<html><title>Blocked by\n policy</title><body>x</body></html>", "Blocked by policy"],
      ["<p>a\n b</p>", "a b"],
      ['{"message":"no Route matched with those values"}', "no Route matched with those values"],
      ['{"success":false,"message":"not found"}', "not found"],
      ["", "empty body"],
      ["[]", "no envelope"],
      ['{"result":{}}', "no envelope"],
      ['{"jsonrpc":"2.0","id":1,"result":null}', "no envelope"],
      ['{"success":"false","result":{}}', "no envelope"],
      ['{"success":1,"result":{}}', "no envelope"],
      ["7", "no envelope"],
    ] as const;
    for (const status of [200, 204, 400, 401, 403, 404, 409, 429, 500, 502, 503]) {
      for (const [body, words] of bodies) {
        for (const method of ["GET", "POST"] as const) {
          const error = failureOf(status, body, { method });
          expect(error, `${status} ${body}`).to.be.instanceOf(ForeignResponse).with.property("status", status);
          expect(error.message).to.contain(`api.example.com, ${status}: ${words}`);
        }
      }
    }
    expect(failureOf(302, "").message).to.contain("302: a redirect, which is never followed");
  });

  it("an envelope without a result is enough for a POST and a DELETE, and not for a GET", () => {
    const body = '{"success":true,"errors":[],"messages":[]}';
    for (const method of ["POST", "DELETE"] as const) expect(open(200, body, { method })).to.equal(undefined);
    expect(failureOf(200, body)).to.be.instanceOf(ForeignResponse);
  });

  it("a DELETE succeeds with any 2xx that has no body, and fails with a page", () => {
    for (const status of [200, 202, 204]) expect(open(status, " ", { method: "DELETE" })).to.equal(NO_BODY);
    for (const body of ["<title>Sign in</title>", '{"message":"hello"}', '{"success":false}'])
      expect(failureOf(200, body, { method: "DELETE" }), body).to.be.instanceOf(ForeignResponse);
  });

  it("a credential that a response repeats is not shown, in whatever encoding, and a text that cannot be decoded is not shown at all", () => {
    const written = [
      TOKEN,
      "a\\/b+c0123456789",
      "a/b\\u002bc0123456789",
      "a&#47;b&#x2B;c0123456789",
      "a&sol;b&plus;c0123456789",
      "a%2Fb%2bc0123456789",
      "a%252Fb%252Bc0123456789",
      "a\\\\\\u002fb+c0123456789",
      "A/B+C0123456789",
      "a/b\\u0000+c0123456789",
    ];
    for (const token of written) {
      for (const body of [
        `<title>for ${token}</title>`,
        `for ${token}`,
        `{"message":"for ${token}"}`,
        `{"success":false,"errors":[{"message":"for ${token}"}]}`,
      ]) {
        const { message } = failureOf(403, body, { rayId: TOKEN });
        expect(message, body).to.not.contain("0123456789");
        expect(message, body).to.match(/for .?\[redacted\]|no envelope/);
      }
    }
    const ray = failureOf(403, '{"success":false,"errors":[]}', { rayId: TOKEN });
    expect(ray).to.have.property("rayId", "[redacted]");
    const utf16 = Buffer.from(`<title>${TOKEN}</title>`, "utf16le").toString("utf8");
    for (const [body, isEncoded] of [
      [utf16, false],
      [`<title>${TOKEN}`, true],
    ] as const)
      expect(failureOf(403, body, { isEncoded }).message).to.contain("403: no envelope");
  });

  it("a text that shows a credential broken up, or in base64, is not shown; one that shows it whole is shown without it", () => {
    const token = "Zq7xWk9vRm4tHj2p/Lm8sNn5d+Vv3cXx6z==";
    const show = showWithout([token]);
    const [start, end] = [token.slice(0, 10), token.slice(10)];
    for (const broken of [`${start}\u200b${end}`, `${start} ${end}`, `${start}\n${end}`, token.replace("+", "\\+")])
      expect(show(`no route ${broken} here`), broken).to.not.contain(start.slice(0, 8));
    for (const prefix of ["", "a", "ab"]) {
      const encoded = Buffer.from(`${prefix}${token}:`).toString("base64");
      expect(show(`Basic ${encoded}`), encoded).to.not.contain(encoded.slice(8, 20));
    }
    expect(show(`no route ${token} here`)).to.equal("no route [redacted] here");
    expect(show("no route here")).to.equal("no route here");
  });

  it("a credential that is a word of the response changes nothing but what is shown", () => {
    const show = showWithout(["downloads", "ready", "default"]);
    const body = '{"success":true,"result":{"default":{"status":"ready","url":"https://x/downloads/default.mp4"}}}';
    expect(open(200, body, { show })).to.deep.equal({
      default: { status: "ready", url: "https://x/downloads/default.mp4" },
    });
    expect(failureOf(400, '{"success":false,"errors":[{"message":"not ready"}]}', { show }).message).to.equal(
      "Cloudflare responded with 400: not [redacted]",
    );
  });
});
