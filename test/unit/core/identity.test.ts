import { expect } from "chai";
import { parseId } from "../../../src/core/identity";
import { ACCOUNT, video } from "../../support/ids";

describe("the id of a resource", () => {
  it("a resource id is parsed, and a malformed one is refused with an example", () => {
    expect(parseId(`${ACCOUNT}/${video(1)}/audio`)).to.deep.equal({
      accountId: ACCOUNT,
      videoId: video(1),
      type: "audio",
    });
    for (const bad of ["", video(1), `${ACCOUNT}/${video(1)}/gif`, `${ACCOUNT}/${video(1)}/audio/x`]) {
      expect(() => parseId(bad)).to.throw("for example");
    }
  });
});
