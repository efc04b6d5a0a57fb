import { expect } from "chai";
import { asPrinted } from "../../../src/downloads/inputFailures";
import { UNKNOWN } from "../../../src/core/values";
import { checkLibrary as library, checkSingle } from "../../support/faces";
import { ACCOUNT, video } from "../../support/ids";

const single = (news: Record<string, unknown>) => checkSingle({ videoId: video(1), ...news });

describe("a secret argument", () => {
  it("a secret argument that is wrong or misspelt is refused without its value, which the engine would add where a property is named", () => {
    const ofSingle = ["videoId", "type", "accountId", "waitForReady", "misspelt"].map((name) => ({ [name]: "Wr0ng" }));
    const ids = { videoIds: [video(1)] };
    const ofLibrary: Record<string, unknown>[] = [
      ...["videoIds", "downloads"].flatMap((name) => [{ [name]: "Wr0ng" }, { [name]: ["Wr0ng"] }]),
      { downloads: [{ videoId: video(1), type: "Wr0ng" }] },
      { ...ids, types: "Wr0ng" },
      { ...ids, types: ["Wr0ng"] },
      ...["accountId", "waitForReady", "onFailure", "misspelt"].map((name) => ({ ...ids, [name]: "Wr0ng" })),
    ];
    for (const [check, cases] of [
      [single, ofSingle],
      [library, ofLibrary],
    ] as const) {
      for (const news of cases) {
        const [name = ""] = Object.keys(news).slice(-1);
        for (const mark of [true, UNKNOWN]) {
          const { failures } = check({ ...news, __secretArguments: { [name]: mark } });
          expect(failures, name).to.not.be.empty;
          for (const { property, reason } of asPrinted(failures, news, new Set([name]))) {
            expect(property).to.not.equal(name);
            expect(`${property} ${reason}`).to.contain(name).and.not.match(/wr0ng/i);
          }
        }
        expect(JSON.stringify(check(news).failures), "a value that is no secret").to.match(
          /wr0ng|must be a list|is not an argument/i,
        );
      }
    }
  });

  it("a secret argument is marked for the check alone", () => {
    const { inputs, failures } = single({ type: "audio", __secretArguments: { type: true } });
    expect(failures).to.deep.equal([]);
    expect(inputs).to.deep.equal({ accountId: ACCOUNT, videoId: video(1), type: "audio", waitForReady: true });
    expect(library({ videoIds: [video(1)], __secretArguments: { videoIds: UNKNOWN } }).inputs).to.not.have.property(
      "__secretArguments",
    );
  });
});
