import { expect } from "chai";
import { closest } from "../../../src/core/closest";
import { meantSetting, SETTINGS } from "../../../src/core/settingNames";

describe("what a misspelt name may mean", () => {
  it("a misspelt name means the one that it differs from in its case, in _ and -, or in two letters at most", () => {
    const names = ["videoId", "type", "accountId", "waitForReady"];
    for (const [given, meant] of [
      ["videoid", "videoId"],
      ["video_id", "videoId"],
      ["vidoeId", "videoId"],
      ["acountId", "accountId"],
      ["tpye", undefined],
      ["typ", "type"],
      ["id", undefined],
      ["", undefined],
    ] as const)
      expect(closest(given, names), given).to.equal(meant);
    expect(closest("videoId", [])).to.equal(undefined);
  });

  it("a misspelt setting is known with and without a namespace, and no property of a provider of Pulumi's is one", () => {
    for (const name of ["apitoken", "api_token", "cloudflare-stream:apiTokn", "cloudflare:apitoken", "apiToken"])
      expect(meantSetting(name), name).to.equal("apiToken");
    for (const name of ["id", "urn", "pkg", "__name", "__opts", "__version", "token", "cloudflare:zone"])
      expect(meantSetting(name), name).to.equal(undefined);
    for (const name of SETTINGS) expect(meantSetting(name)).to.equal(name);
  });
});
