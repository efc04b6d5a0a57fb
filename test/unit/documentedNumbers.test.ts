import { expect } from "chai";
import { ERROR_CODES as CONTRACT_CODES, FILE_NAMES as CONTRACT_FILES } from "../../packages/contract/src/constants";
import { ERROR_CODES as EMULATOR_CODES } from "../../packages/emulator/src/envelope";
import { FILE_NAMES as EMULATOR_FILES } from "../../packages/emulator/src/options";
import { RateLimit } from "../../packages/emulator/src/rateLimit";
import { DOWNLOAD_TYPES, DOWNLOADS_BY_TYPE } from "../../src/core/identity";
import { ERROR_CODES, RATE_LIMIT_QUOTA, RATE_LIMIT_WINDOW_MS } from "../../src/stream/constants";

describe("what the documentation of the API says in numbers", () => {
  it("the provider, the emulator and the contract, which share no source, have the same codes of errors and names of files", () => {
    expect(EMULATOR_CODES).to.include(ERROR_CODES);
    expect(EMULATOR_CODES).to.include(CONTRACT_CODES);
    const FILE_NAMES = Object.fromEntries(DOWNLOAD_TYPES.map((type) => [type, DOWNLOADS_BY_TYPE[type].fileName]));
    expect([EMULATOR_FILES, CONTRACT_FILES]).to.deep.equal([FILE_NAMES, FILE_NAMES]);
  });

  it("the emulator's request budget is the one that the provider expects unless it is told of another", () => {
    const { headers } = new RateLimit({}).peek("somebody", 0);
    expect(headers["ratelimit-policy"]).to.equal(`"default";q=${RATE_LIMIT_QUOTA};w=${RATE_LIMIT_WINDOW_MS / 1000}`);
  });
});
