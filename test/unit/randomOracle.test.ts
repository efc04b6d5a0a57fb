import { expect } from "chai";
import { type Declaration, type Step, urnOf } from "../random/description";
import { type Ended, violationsOf, type Observation } from "../random/oracle";
import { shownIn } from "../random/secrecy";
import type { Held } from "../random/state";
import { TOKEN, video } from "../support/ids";

const FILE = `${video(1)}/default`;
const OTHER = `${video(2)}/default`;
const declare = (name: string, ...files: string[]): Declaration => ({
  name,
  kind: files.length === 1 ? "single" : "library",
  files,
  waitForReady: true,
});
const held = (declaration: Declaration, more: Partial<Held> = {}): Held => ({
  urn: urnOf(declaration),
  isOld: false,
  files: declaration.files,
  urls: Object.fromEntries(declaration.files.map((file) => [file, `https://host/${file}`])),
  failures: 0,
  secrets: [],
  ...more,
});
/** What is there when so many times each file was begun; one that is given as a negative number is gone. */
const observe = (begun: Record<string, number>, ...resources: Held[]): Observation => ({
  files: new Map(Object.entries(begun).filter(([, times]) => times > 0)),
  generations: new Map(Object.entries(begun).map(([file, times]) => [file, Math.abs(times)])),
  failing: new Set(),
  state: {
    held: resources,
    outputs: Object.fromEntries(
      resources.map(({ urn, urls }) => [urn.split("::").pop() ?? "", Object.values(urls)[0]]),
    ),
  },
});
const [a, b] = [declare("a", FILE), declare("b", FILE)];
const up = (...program: Declaration[]): Step => ({ program, drift: [], command: "up", faults: [] });
const GOOD: Ended = { code: 0, interrupted: false, disturbed: false };
const nothing = observe({});
const made = observe({ [FILE]: 1 }, held(a));

describe("the oracle of random programs", () => {
  const cases: readonly [title: string, found: string, ...Parameters<typeof violationsOf>][] = [
    ["a failure without a cause", "exit code 1", up(a), nothing, nothing, { ...GOOD, code: 1 }],
    ["a file that is made twice", "made 2 times", up(a), nothing, observe({ [FILE]: 2 }, held(a)), GOOD],
    ["a file that is made again", "made 1 times", up(b), made, observe({ [FILE]: 2 }, held(b)), GOOD],
    ["a file that nobody declares", "made, though", up(a), made, observe({ [FILE]: 1, [OTHER]: 1 }, held(a)), GOOD],
    ["a declared file that is deleted", "b declares it", up(b), made, observe({ [FILE]: -1 }, held(b)), GOOD],
    ["another's file that is deleted", "no state has it", up(), observe({ [FILE]: 1 }), observe({ [FILE]: -1 }), GOOD],
    [
      "a file that the state forgets",
      "no state has it",
      up(b),
      made,
      observe({ [FILE]: 1 }),
      { ...GOOD, code: 1, disturbed: true },
    ],
    ["a file that is left", "and left", up(), made, observe({ [FILE]: 1 }, held(a)), GOOD],
    [
      "an old half that is left",
      "old half",
      up(a),
      made,
      observe({ [FILE]: 1 }, held(a), held(a, { isOld: true })),
      GOOD,
    ],
    ["a missing url", "no url", up(a), nothing, observe({ [FILE]: 1 }, held(a, { urls: {} })), GOOD],
    ["a url that is not secret", "not secret: url", up({ ...a, secret: true }), nothing, made, GOOD],
    ["a destroy that leaves a file", "left by", { ...up(), command: "destroy" }, made, observe({ [FILE]: 1 }), GOOD],
    ["a refresh that deletes", "by a refresh", { ...up(a), command: "refresh" }, made, observe({ [FILE]: -1 }), GOOD],
  ];
  for (const [title, found, ...given] of cases) {
    it(`the oracle of random programs finds ${title}`, () =>
      expect(violationsOf(...given).join("\n")).to.contain(found));
  }

  it("the oracle of random programs finds nothing where a file moves to another resource", () => {
    expect(violationsOf(up(b), made, observe({ [FILE]: 1 }, held(b)), GOOD)).to.deep.equal([]);
  });

  it("the oracle of random programs grants what is not promised, and no more: a target that gives a file up without the one that takes it", () => {
    const gone = observe({ [FILE]: -1 });
    expect(violationsOf({ ...up(b), targets: [urnOf(a)] }, made, gone, GOOD)).to.deep.equal([]);
    const both = violationsOf({ ...up(b), targets: [urnOf(a), urnOf(b)] }, made, gone, GOOD);
    expect(both).to.deep.equal([`deleted, though b declares it: ${FILE}`]);
  });

  it("the oracle of random programs finds a token in a log", () => {
    expect(shownIn(`token: ${TOKEN}`, [TOKEN], "the log")).to.have.length(1);
  });
});
