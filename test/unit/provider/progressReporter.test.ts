import { expect } from "chai";
import { createReporter } from "../../../src/provider/progressReporter";

describe("the progress reporter", () => {
  const lines = (interactive: boolean, seconds: readonly number[]) => {
    const sent: string[] = [];
    let now = 0;
    const clock = { now: () => now, date: () => now, sleep: async () => undefined };
    const log = async ({ message }: { message: string }) => {
      sent.push(message);
    };
    const reporter = createReporter({ urn: "u", clock, log, interactive });
    for (const second of seconds) {
      now = second * 1000;
      reporter.progress(`at ${second}`);
    }
    return sent;
  };

  it("progress is at most one line a second on a terminal", () => {
    expect(lines(true, [0, 0.5, 1, 1.2, 2.5])).to.deep.equal(["at 0", "at 1", "at 2.5"]);
  });

  it("progress is at most one line every 30 seconds in a pipeline", () => {
    expect(lines(false, [0, 10, 29, 30, 45, 61])).to.deep.equal(["at 30", "at 61"]);
  });
});
