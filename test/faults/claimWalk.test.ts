import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { RULES } from "../../src/downloads/claimRules";
import { canonical, EMPTY, EXCEPTIONS, type Limits, Walk, type World } from "../support/claimWalk";

const RELIABILITY = readFileSync(join(__dirname, "..", "..", "docs", "reliability.md"), "utf8");

/** What one walk may do, in how many updates, one after the other. */
interface Scope extends Limits {
  readonly updates: number;
  /** Whether a clean update follows the last one too. After those before it, the undisturbed runs of the next are that. */
  readonly recovers: boolean;
}

const ANY = { halves: 3, isDisturbed: true, recovers: true } as const;
/** One resource in depth, two that move between two processes which crash, and three. */
const SCOPES: readonly Scope[] = [
  { ...ANY, homes: [[0]], isForced: true, isCrashing: true, updates: 3 },
  { ...ANY, homes: [[0], [0, 1]], isForced: false, isCrashing: true, updates: 2 },
  { ...ANY, homes: [[0], [0], [1]], isForced: false, isCrashing: false, updates: 2, recovers: false },
];
/** All at once, which takes minutes: `CLAIM_WALK=wide`. */
const WIDE: readonly Scope[] = [
  { ...ANY, homes: [[0, 1]], isForced: true, isCrashing: true, updates: 3 },
  {
    ...ANY,
    homes: [
      [0, 1],
      [0, 1],
    ],
    isForced: true,
    isCrashing: true,
    updates: 2,
  },
  { ...ANY, homes: [[0], [0], [1]], isForced: true, isCrashing: true, updates: 2 },
];

/** Walks through all updates of a scope, and a clean update from each world that they leave. */
function walk(scope: Scope) {
  const disturbed = new Walk(scope);
  const known = new Map<string, World>([[canonical(EMPTY), EMPTY]]);
  let level: readonly World[] = [EMPTY];
  for (let update = 0; update < scope.updates; update++) {
    const next: World[] = [];
    for (const world of level.flatMap((from) => [...disturbed.update(from).values()])) {
      const key = canonical(world);
      if (known.has(key)) continue;
      known.set(key, world);
      next.push(world);
    }
    level = next;
  }
  const clean = new Walk({ ...scope, isDisturbed: false, isForced: false, isCrashing: false });
  for (const world of scope.recovers ? known.values() : []) clean.update(world);
  return { states: disturbed.states + clean.states, met: [...disturbed.met, ...clean.met] };
}

describe("who keeps a file", () => {
  it("every order of calls keeps each file that is declared, and leaves none in no state or that nobody wants", function () {
    const walked = (process.env.CLAIM_WALK === "wide" ? WIDE : SCOPES).map(walk);
    const states = walked.reduce((sum, each) => sum + each.states, 0);
    if (this.test !== undefined) this.test.title += ` (${states} states)`;
    const met = new Set(walked.flatMap((each) => each.met));
    expect([...met], "an exception that nothing needs").to.have.members(Object.keys(EXCEPTIONS));
  });

  it("each exception of the walk is one that docs/reliability.md names", () => {
    for (const words of Object.values(EXCEPTIONS)) expect(RELIABILITY).to.contain(words);
  });

  it("the table in docs/reliability.md has the rows of the rules", () => {
    const [, section = ""] = RELIABILITY.split("## Who keeps a file");
    const rows = section
      .split("\n## ")[0]
      ?.match(/^\|.*\|$/gm)
      ?.slice(2);
    expect(rows).to.deep.equal(RULES.map(({ need, deleted, then }) => `| ${need} | ${deleted} | ${then} |`));
  });
});
