import { expect } from "chai";
import { type DownloadState, stateOf } from "../../../src/downloads/ensureDownload";
import { DOWNLOAD_FIELDS, isOutput, LIBRARY_FIELDS, namesOf } from "../../../src/downloads/fields";
import { Library } from "../../../src/downloads/library";
import { libraryFace } from "../../../src/downloads/libraryFace";
import { singleFace } from "../../../src/downloads/singleFace";
import { formatId } from "../../../src/core/identity";
import { parseDownloads } from "../../../src/stream/download";
import { diffLibrary, diffSingle } from "../../support/faces";
import { ACCOUNT, video } from "../../support/ids";

/** All that a state keeps of a response: a new field of `Download` needs a value here. */
type Kept = Required<Omit<DownloadState, "awaiting" | "requestedAt" | "unclear">>;
const READY: Kept = { status: "ready", percentComplete: 100, url: "https://example.com/default.mp4" };

const identity = { accountId: ACCOUNT, videoId: video(1), type: "default" } as const;

describe("the outputs in the state", () => {
  it("the outputs of a StreamDownload are those of the table, and what they say of a response is read again", () => {
    const id = formatId(identity);
    const inputs = { ...identity, waitForReady: false };
    const outputsOf = (state: DownloadState) => {
      const library = new Library();
      library.record(identity, state);
      return singleFace.outputsOf(library, inputs);
    };
    const { default: download } = parseDownloads({ default: READY });
    const ready = outputsOf(stateOf(download ?? READY));
    expect(ready).to.deep.equal({ ...inputs, ...READY });
    expect(ready).to.have.all.keys(namesOf(DOWNLOAD_FIELDS, isOutput));
    expect(diffSingle({ ...identity, ...ready }, inputs)).to.deep.equal({ changes: false, replaces: [] });
    expect(singleFace.libraryOf(id, ready).stateOf(identity)).to.deep.equal(READY);
    const unfinished = outputsOf(stateOf({ ...READY, status: "inprogress", percentComplete: 40 }));
    expect(unfinished, "what is always there").to.have.all.keys(
      namesOf(DOWNLOAD_FIELDS, (field) => isOutput(field) && field.isOptional !== true),
    );
  });

  it("the outputs of a StreamDownloads are those of the table and what a diff compares, and a preview has all of them", () => {
    const inputs = {
      videoIds: [video(1)],
      types: ["default"],
      accountId: ACCOUNT,
      waitForReady: false,
      ifExists: "fail",
      onFailure: "warn",
    };
    expect(["downloads", ...Object.keys(inputs)], "every argument").to.have.members([...libraryFace.arguments]);
    const library = new Library();
    library.record(identity, READY);
    const outputs = libraryFace.outputsOf(library, inputs);
    expect(outputs).to.include.keys(namesOf(LIBRARY_FIELDS, isOutput));
    expect(diffLibrary(outputs, inputs)).to.deep.equal({ changes: false, replaces: [] });
    for (const before of [undefined, new Library(), library])
      expect(libraryFace.previewOf(inputs, before)).to.have.all.keys(Object.keys(outputs));
  });
});
