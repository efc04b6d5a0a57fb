import { expect } from "chai";
import { BatchProgress } from "../../../src/downloads/batchProgress";
import type { Operation } from "../../../src/downloads/operation";

describe("the progress of a library", () => {
  const start = (total: number) => {
    const rows: string[] = [];
    const abort = new AbortController();
    let now = 0;
    const operation = {
      clock: { now: () => now },
      report: { progress: (text: string) => rows.push(text), note: () => undefined, warn: () => undefined },
      signal: abort.signal,
    } as unknown as Operation;
    const progress = new BatchProgress(operation, total, "ready");
    const advance = (seconds: number) => {
      now += seconds * 1000;
    };
    return { rows, abort, progress, advance };
  };

  it("the progress of a library is not estimated from the first few, which would make hours of minutes", () => {
    const { rows, progress, advance } = start(100);
    advance(180);
    for (let n = 0; n < 9; n += 1) progress.addDone();
    expect(rows.at(-1)).to.equal("9/100 ready");
    progress.addDone();
    expect(rows.at(-1)).to.equal("10/100 ready, about 27m left");
  });

  it("the progress of a library counts what fails, but not what an interruption ends", () => {
    const { rows, abort, progress } = start(4);
    progress.addFailed();
    expect(rows.at(-1)).to.contain("0/4 ready, 1 failed");
    abort.abort();
    progress.addFailed();
    expect(rows).to.have.length(1);
  });
});
