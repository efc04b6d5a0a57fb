import { expect } from "chai";
import { printable, redact } from "../../../src/stream/redact";

describe("text that is shown to a user", () => {
  it("a secret is replaced wherever it occurs, literal or URL-encoded, in upper or lower case", () => {
    const secret = "p+ss/w rd";
    const text = `${secret}, again ${secret}, and ?token=${encodeURIComponent(secret)}`;
    expect(redact(text, [secret])).to.equal("[redacted], again [redacted], and ?token=[redacted]");
    expect(redact("P+SS/W RD, p%2bss%2fw%20rd", [secret])).to.equal("[redacted], [redacted]");
    expect(redact("a token and a key", ["token", "a key"])).to.equal("a [redacted] and [redacted]");
  });

  it("a secret of less than four characters is no secret, which would garble every text", () => {
    expect(redact("an abc in an alphabet", ["a", "abc"])).to.equal("an abc in an alphabet");
  });

  it("control characters and bidirectional overrides are removed, and line breaks are kept", () => {
    expect(printable(" a\u001b[31mb\u0007\u202ec\nd\te\u009b ")).to.equal("a[31mbc\nd\te");
  });

  it("a long text is cut", () => {
    expect(printable("x".repeat(501))).to.equal(`${"x".repeat(500)}…`);
    expect(printable("abcdef", 3)).to.equal("abc…");
  });
});
