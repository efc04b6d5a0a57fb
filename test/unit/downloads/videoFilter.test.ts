import { expect } from "chai";
import { videoFilter } from "../../../src/downloads/videoFilter";

const refusal = (args: Record<string, unknown>): string => {
  try {
    videoFilter(args);
    return "";
  } catch (error) {
    return (error as Error).message;
  }
};

describe("the arguments of getStreamVideos", () => {
  it("the arguments of getStreamVideos are passed on as they are, and what is not given is left out", () => {
    const filter = {
      ...{ creator: "me", search: "a", status: "ready", limit: 3 },
      ...{ after: "2026-01-01T00:00:00Z", before: "2026-01-31T09:00:00.123456+01:00" },
    };
    expect(videoFilter({ ...filter, accountId: "a", __internal: "x" })).to.deep.equal(filter);
    expect(videoFilter({ creator: undefined, search: null })).to.deep.equal({});
  });

  it("the arguments of getStreamVideos are refused by name and without their value where they cannot be what they should be", () => {
    const wrong: [Record<string, unknown>, string][] = [
      [{ creator: "" }, "creator must be a text that is not empty"],
      [{ search: 7 }, "search must be a text that is not empty"],
      [{ status: "done" }, 'status must be one of "pendingupload", "downloading"'],
      [{ after: "yesterday" }, "after must be a time such as 2026-01-31T09:00:00Z"],
      [{ before: 1 }, "before must be a time such as 2026-01-31T09:00:00Z"],
      ...[0, -1, 1.5, "3", Number.NaN].map((limit): [Record<string, unknown>, string] => [
        { limit },
        "limit must be a whole number from 1 on",
      ]),
      [{ createdBy: "secret" }, "createdBy is not an argument; the arguments are accountId, creator, search, status"],
    ];
    for (const [args, words] of wrong) {
      expect(refusal(args)).to.contain(`getStreamVideos: ${words}`);
      expect(refusal(args)).to.not.contain("secret");
    }
  });
});
