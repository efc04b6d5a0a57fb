/** Mocha's spec reporter, followed by what was slow. The titles of failed tests go to the file that TEST_FAILURES names, if it does. */
const { writeFileSync } = require("node:fs");
const { relative } = require("node:path");
const { reporters } = require("mocha");

/** So many lines of each list. */
const SHOWN = 8;

module.exports = class Reporter extends reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    const failures = [];
    const tests = [];
    const files = new Map();
    const took = ({ file = "", duration = 0 }) => files.set(file, (files.get(file) ?? 0) + duration);
    runner.on("test end", (test) => {
      took(test);
      tests.push([test.fullTitle(), test.duration ?? 0]);
    });
    runner.on("hook end", took);
    runner.on("fail", (test) => failures.push(test.fullTitle()));
    runner.once("end", () => {
      if (process.env.TEST_FAILURES) writeFileSync(process.env.TEST_FAILURES, JSON.stringify(failures));
      if (files.size < 2) return;
      slowest(
        "Slowest files",
        [...files].map(([file, ms]) => [relative(process.cwd(), file), ms]),
      );
      slowest("Slowest tests", tests);
    });
  }
};

function slowest(title, all) {
  const lines = all
    .sort(([, a], [, b]) => b - a)
    .slice(0, SHOWN)
    .map(
      ([name, ms]) =>
        `  ${(ms / 1000).toFixed(0).padStart(4)} s  ${name.length > 110 ? `${name.slice(0, 109)}…` : name}`,
    );
  process.stdout.write(`\n${title}\n${lines.join("\n")}\n`);
}
