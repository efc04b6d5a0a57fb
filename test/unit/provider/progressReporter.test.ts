import { expect } from "chai";
import { createReporter } from "../../../src/provider/progressReporter";

describe("the progress reporter", () => {
  const start = (interactive: boolean) => {
    const sent: string[] = [];
    const logged: string[] = [];
    let now = 0;
    const clock = { now: () => now, date: () => now, sleep: async () => undefined };
    const log = async ({ message, ephemeral }: { message: string; ephemeral: boolean }) => {
      (ephemeral ? sent : logged).push(message);
    };
    const reporter = createReporter({ urn: "u", clock, log, interactive });
    const at = (second: number) => {
      now = second * 1000;
    };
    return { reporter, sent, logged, at };
  };
  const lines = (interactive: boolean, seconds: readonly number[]) => {
    const { reporter, sent, at } = start(interactive);
    for (const second of seconds) {
      at(second);
      reporter.progress({ text: () => `at ${second}` });
    }
    return sent;
  };

  it("progress is at most one line a second on a terminal", () => {
    expect(lines(true, [0, 0.5, 1, 1.2, 2.5])).to.deep.equal(["at 0", "at 1", "at 2.5"]);
  });

  it("progress is at most one line every 30 seconds in a pipeline", () => {
    expect(lines(false, [0, 10, 29, 30, 45, 61])).to.deep.equal(["at 30", "at 61"]);
  });

  it("progress goes on between two reports, and says why requests wait; the log says that once in five minutes", () => {
    const { reporter, sent, logged, at } = start(true);
    let left = 9;
    reporter.progress({ text: () => `${left}s left` });
    at(1);
    left = 8;
    reporter.tick(undefined);
    at(2);
    reporter.tick("waiting");
    at(3);
    reporter.tick("waiting");
    expect(sent).to.deep.equal(["9s left", "8s left", "8s left; waiting"]);
    expect(logged).to.deep.equal(["waiting"]);
    at(302);
    reporter.tick("waiting");
    expect(logged).to.have.length(2);
  });

  it("a status is shown at once, and stays in no log", () => {
    const { reporter, sent, logged } = start(false);
    reporter.status("ready after 9s");
    expect([sent, logged]).to.deep.equal([["ready after 9s"], []]);
  });
});
