import { expect } from "chai";
import { parseId } from "../../../src/core/identity";
import { ACCOUNT, video } from "../../support/ids";

describe("the id of a resource", () => {
  it("a resource id is parsed, in upper case and with spaces too, and a malformed one is refused with an example", () => {
    expect(parseId(`${ACCOUNT}/${video(1)}/audio`)).to.deep.equal({
      accountId: ACCOUNT,
      videoId: video(1),
      type: "audio",
    });
    expect(parseId(` ${ACCOUNT.toUpperCase()} /${video(10).toUpperCase()}/ audio\n`)).to.deep.equal({
      accountId: ACCOUNT,
      videoId: video(10),
      type: "audio",
    });
    for (const bad of ["", video(1), `${ACCOUNT}/${video(1)}/gif`, `${ACCOUNT}/${video(1)}/audio/x`]) {
      expect(() => parseId(bad)).to.throw("for example");
    }
  });
});
