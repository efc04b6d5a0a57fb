/**
 * Every order in which the engine can call a provider, on the real claims: a search through all states that updates can
 * reach. A resource here is a library of some of two downloads, which does all that a single download does and more.
 * What differs from the real engine is said where it does.
 */
import { announcement } from "../../src/downloads/announcement";
import { abandoned, type Claim } from "../../src/downloads/claimRules";
import { Claims, ClaimTable, digestOf } from "../../src/downloads/claims";
import type { DownloadIdentity } from "../../src/core/identity";
import { ACCOUNT, video } from "./ids";

/** A set of downloads: bit 0 is the first one, bit 1 the second. */
type Files = number;

const DOWNLOADS: readonly DownloadIdentity[] = [1, 2].map((n) => ({
  accountId: ACCOUNT,
  videoId: video(n),
  type: "default",
}));
const SETS: readonly Files[] = [1, 2, 3];
type Process = 0 | 1;
/** Where the claims of the program's own process are, beside those of the provider processes. */
const PROGRAM = 2;

const identities = (files: Files) => DOWNLOADS.filter((_, n) => files & (1 << n));
const digests = DOWNLOADS.map(digestOf);
const filesOf = (list: readonly string[]): Files =>
  digests.reduce((all, d, n) => all | (list.includes(d) ? 1 << n : 0), 0);
const idsToFiles = (ids: readonly DownloadIdentity[]): Files => filesOf(ids.map(digestOf));
const subsets = (files: Files): Files[] => [0, 1, 2, 3].filter((set) => (set & ~files) === 0);

/** A resource in the state, or the old half of one that waits to be deleted. */
interface Half {
  readonly name: number;
  readonly home: Process;
  /** Its inputs. */
  readonly wants: Files;
  /** Its outputs. */
  readonly files: Files;
  readonly isReady: boolean;
  readonly released: Files;
  readonly isOld: boolean;
}

/** What there is between two updates. */
export interface World {
  readonly halves: readonly Half[];
  readonly exists: Files;
  /** Files that may be in no state, by one of {@link EXCEPTIONS}. */
  readonly unknown: Files;
}

/** What docs/reliability.md does not promise, where it concerns the walk. */
export const EXCEPTIONS = {
  crash: "A crash, then another program",
  skippedFirst: "`--continue-on-error` with `deleteBeforeReplace`, and a skipped resource that takes over the file",
  untold: "`--continue-on-error`, and a skipped resource of the plugin that has an old half",
  forced: "the file is deleted and generated again only with both options",
  revoked: "A deletion of a StreamDownloads that is interrupted, and then revoked",
} as const;

type At = "idle" | "checked" | "replacing" | "creating" | "updating" | "begun" | "done";

/** How far an update has come with a resource. */
interface Step {
  readonly at: At;
  readonly wants: Files;
  readonly home: Process;
  /** Whether `--replace` forces its replacement. */
  readonly isForced?: boolean;
  readonly isUpdate?: boolean;
  /** Whether its old half was deleted first. */
  readonly isAfterDeletion?: boolean;
  /**
   * Whether it was skipped, and nobody tells its provider so: after a diff, or after a check without the old inputs
   * alone.
   */
  readonly untold?: "compared" | "checked";
}

interface Run {
  readonly world: World;
  readonly steps: readonly Step[];
  readonly tables: readonly ClaimTable[];
  readonly dead: number;
  /** Whether something failed, was skipped or crashed. */
  readonly isDisturbed: boolean;
  /** The halves that are still to be deleted, once the program has ended. */
  readonly deletes?: readonly Half[];
}

export interface Limits {
  /** The processes in which each resource may be. */
  readonly homes: readonly (readonly Process[])[];
  /** How many halves the state may have. */
  readonly halves: number;
  /** Whether something may fail, be skipped or be deleted first. */
  readonly isDisturbed: boolean;
  /** Whether a process may die. */
  readonly isCrashing: boolean;
  /** Whether something may be replaced by force. */
  readonly isForced: boolean;
}

const IDLE: Step = { at: "idle", wants: 0, home: 0 };
export const EMPTY: World = { halves: [], exists: 0, unknown: 0 };

/** What was broken, and how it came to that. */
export class Broken extends Error {}

/** One update: all runs from a world, and the worlds in which they end. */
export class Walk {
  readonly #limits: Limits;
  #start = EMPTY;
  states = 0;
  readonly met = new Set<keyof typeof EXCEPTIONS>();

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  update(world: World): Map<string, World> {
    this.#start = world;
    const ends = new Map<string, World>();
    const start: Run = {
      world,
      steps: this.#limits.homes.map(() => IDLE),
      tables: [new ClaimTable(), new ClaimTable(), new ClaimTable()],
      dead: 0,
      isDisturbed: false,
    };
    const seen = new Map<string, string>([[keyOf(start), ""]]);
    let from = "";
    let level: Run[] = [start];
    try {
      while (level.length > 0) {
        const next: Run[] = [];
        for (const run of level) {
          this.states += 1;
          from = keyOf(run);
          for (const after of this.#after(run)) {
            if ("steps" in after) {
              const key = keyOf(after);
              if (seen.has(key)) continue;
              seen.set(key, from);
              next.push(after);
            } else if (after.halves.length <= this.#limits.halves) ends.set(worldText(after), after);
          }
        }
        level = next;
      }
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      const path: string[] = [];
      for (let at: string | undefined = from; at !== undefined && at !== ""; at = seen.get(at)) path.unshift(at);
      throw new Broken(`${error.message}\nfrom ${JSON.stringify(world)}\n${path.join("\n")}`);
    }
    return ends;
  }

  /** What can come next, a world where the update ends. */
  *#after(run: Run): Generator<Run | World> {
    if (this.#limits.isCrashing && run.dead === 0)
      for (const process of new Set(this.#limits.homes.flat())) yield { ...run, dead: 1 << process, isDisturbed: true };
    if (run.deletes !== undefined) {
      if (run.deletes.length === 0) yield this.#ended(run);
      for (const half of run.deletes) yield this.#deleteLast(run, half);
      return;
    }
    let isUnderWay = false;
    for (const [name, step] of run.steps.entries()) {
      // Where nothing is disturbed, nothing looks at another resource's claims before the program ends: one order
      // stands for all.
      if (step.at === "idle") {
        const isNext = run.steps.slice(name).every(({ at }) => at === "idle");
        if (isNext || this.#limits.isDisturbed) yield* this.#check(run, name);
      }
      if (step.at !== "idle" && step.at !== "done") {
        isUnderWay = true;
        yield* this.#go(run, name, step);
        if (!this.#limits.isDisturbed) return;
      }
    }
    if (isUnderWay) return;
    const isObsolete = (half: Half) => half.isOld || run.steps[half.name]?.at === "idle";
    yield { ...run, deletes: run.world.halves.filter(isObsolete) };
    // Without --continue-on-error, or where the CLI is killed.
    if (run.isDisturbed) yield this.#ended(run);
  }

  /** The program declares a resource, which nobody else declares by now. */
  *#check(run: Run, name: number): Generator<Run | World> {
    const taken = run.steps.reduce((all, { wants }) => all | wants, 0);
    const old = run.world.halves.find((half) => half.name === name && !half.isOld);
    for (const wants of SETS.filter((set) => (set & taken) === 0)) {
      for (const home of this.#limits.homes[name] ?? []) {
        // A check of a process that has died ends the update.
        if (run.dead & (1 << home)) yield this.#ended(run);
        else {
          const at = old === undefined ? "creating" : old.home === home ? "checked" : "replacing";
          yield act(run, name, { at, wants, home }, (claims, urn) => {
            claims.declare(urn, identities(wants));
            if (old === undefined) return;
            claims.release(urn, identities(old.wants));
            claims.markUndecided(urn, identities(old.wants));
          });
          if (old !== undefined && this.#limits.isForced)
            yield act(run, name, { at: "replacing", wants, home, isForced: true }, (claims, urn) => {
              claims.declare(urn, identities(wants));
            });
        }
      }
      if (!this.#limits.isDisturbed) continue;
      // Skipped without being asked about, by a newer engine: the program tells.
      yield announced({ ...step(run, name, { at: "done", wants, home: 0 }), isDisturbed: true }, name, wants);
    }
  }

  *#go(run: Run, name: number, now: Step): Generator<Run | World> {
    const { wants, home } = now;
    const old = run.world.halves.find((half) => half.name === name && !half.isOld);
    const isDead = (process: Process) => (run.dead & (1 << process)) !== 0;
    const failed = () => ({ ...step(run, name, { ...now, at: "done" }), isDisturbed: true });
    if (now.at === "checked" && old !== undefined) {
      if (isDead(home)) {
        yield this.#ended(run);
        return;
      }
      const isReplaced = (old.files & ~wants) !== 0;
      const isChanged = isReplaced || !old.isReady || old.files !== wants;
      const at = isReplaced ? "replacing" : isChanged ? "updating" : "done";
      const after = act(run, name, { at, wants, home }, (claims, urn) => {
        claims.restoreReleased(urn, identities(old.released).map(digestOf));
        claims.recordDiff(urn, identities(old.files), { isChanged, isReplaced });
      });
      yield isChanged ? after : { ...after, world: withHalf(after.world, old, { ...old, wants }) };
      return;
    }
    if (now.at === "replacing" || now.at === "creating" || now.at === "updating") {
      if (this.#limits.isDisturbed && now.isAfterDeletion !== true) {
        // Skipped, and the program tells it; or it does not, as with the plugin.
        yield announced(failed(), name, wants);
        const untold = now.isForced === true || old === undefined ? "checked" : "compared";
        yield { ...step(run, name, { ...now, at: "done", untold }), isDisturbed: true };
      }
      if (now.at === "replacing" && old !== undefined) {
        yield step(run, name, { ...now, at: "creating" });
        if (this.#limits.isDisturbed) yield isDead(old.home) ? failed() : this.#deleteFirst(run, name, now, old);
        return;
      }
      if (isDead(home)) {
        yield failed();
        return;
      }
      const isUpdate = now.at === "updating";
      const requests = isUpdate ? wants & ~(old?.files ?? 0) : wants;
      yield act(run, name, { ...now, at: "begun", isUpdate }, (claims, urn) => claims.begin(urn, identities(requests)));
      return;
    }
    if (now.at === "begun") yield* this.#finish(run, name, now, old);
  }

  /** How a create or an update can end. */
  *#finish(run: Run, name: number, now: Step, old: Half | undefined): Generator<Run> {
    const { wants, home } = now;
    const before = now.isUpdate === true ? (old?.files ?? 0) : 0;
    const requests = wants & ~before;
    const done: Step = { ...now, at: "done" };
    if (run.dead & (1 << home)) {
      for (const got of subsets(requests)) {
        const { world } = run;
        const unknown = world.unknown | (got & ~world.exists);
        if (unknown !== world.unknown) this.met.add("crash");
        yield { ...step(run, name, done), world: { ...world, exists: world.exists | got, unknown } };
      }
      return;
    }
    const ended = (files: Files, isReady: boolean, released: Files): World => {
      const half: Half = { name, home, wants, files, isReady, released, isOld: false };
      const others = run.world.halves.map((each) =>
        each !== old ? each : now.isUpdate === true ? half : { ...each, isOld: true },
      );
      return {
        halves: sorted(now.isUpdate === true ? others : [...others, half]),
        exists: run.world.exists,
        unknown: run.world.unknown & ~files,
      };
    };
    const ready = act(run, name, done, (claims, urn) => {
      claims.finish(urn);
      claims.hold(urn, identities(wants));
    });
    const world = ended(wants, true, 0);
    yield { ...ready, world: { ...world, exists: world.exists | wants } };
    if (!this.#limits.isDisturbed) return;
    for (const got of subsets(requests)) {
      let kept: Files = 0;
      let released: Files = 0;
      const after = act(run, name, done, (claims, urn) => {
        kept = idsToFiles(claims.markFailed(urn, identities(requests & ~got)));
        claims.hold(urn, identities(before | got | kept));
        released = filesOf(claims.released(urn));
      });
      const partial = ended(before | got | kept, false, released);
      yield { ...after, world: { ...partial, exists: partial.exists | got }, isDisturbed: true };
      // Nothing was tried: no partial result.
      if (got === 0 && kept === 0) yield { ...after, isDisturbed: true };
    }
  }

  /** With `deleteBeforeReplace`. A deletion that fails leaves the real engine waiting. */
  #deleteFirst(run: Run, name: number, now: Step, old: Half): Run {
    const { after, left, keptFor } = this.#delete(run, old, now.isForced === true ? "forced" : "first");
    if (left) return { ...step(after, name, { ...now, at: "done" }), isDisturbed: true };
    const halves = after.world.halves.filter((half) => half !== old);
    let { unknown } = after.world;
    // What is kept for a resource which has not begun is in no state if that is skipped.
    for (const [file, urn] of keptFor) {
      const isInState = halves.some((half) => half.files & file);
      if (!isInState) {
        unknown |= file;
        if (urn !== urnOf(name)) this.met.add("skippedFirst");
      }
    }
    const world = { ...after.world, halves, unknown };
    return { ...step(after, name, { ...now, at: "creating", isAfterDeletion: true }), world };
  }

  #deleteLast(run: Run, half: Half): Run {
    const deletes = (run.deletes ?? []).filter((each) => each !== half);
    if (run.dead & (1 << half.home)) return { ...run, deletes, isDisturbed: true };
    const { after, left, keptFor } = this.#delete(run, half, "last");
    if (!left) {
      const halves = after.world.halves.filter((each) => each !== half);
      let { unknown } = after.world;
      // Kept for a resource that will not come, as if there were a replacement to come.
      if (run.steps[half.name]?.untold !== undefined)
        for (const [file] of keptFor) if (!halves.some(({ files }) => files & file)) unknown |= file;
      return { ...after, world: { ...after.world, halves, unknown }, deletes };
    }
    return { ...after, deletes, isDisturbed: run.isDisturbed };
  }

  /** Deletes what the claims allow. `left` says whether the half stays in the state. */
  #delete(run: Run, half: Half, order: "first" | "last" | "forced") {
    let { world } = run;
    let left = false;
    const keptFor: [Files, string][] = [];
    const refusals: string[] = [];
    const after = act(
      run,
      half.name,
      undefined,
      (claims, urn) => {
        for (const file of [1, 2].filter((one) => half.files & one)) {
          const decision = claims.onDelete(urn, identities(file)[0] as DownloadIdentity);
          if (decision.do === "keep") keptFor.push([file, decision.for]);
          else if (decision.do === "delete") {
            this.#mayDelete(run, half, file, order);
            world = { ...world, exists: world.exists & ~file };
          } else if (world.exists & file) {
            left = true;
            refusals.push(decision.because);
          }
        }
      },
      half.home,
    );
    if (left && !run.isDisturbed) throw new Error(`a clean update refuses to delete: ${refusals.join()}`);
    return { after: { ...after, world }, left, keptFor };
  }

  #mayDelete(run: Run, half: Half, file: Files, order: "first" | "last" | "forced"): void {
    const declarer = run.steps.findIndex(({ wants }) => wants & file);
    const untold = run.steps[half.name]?.untold;
    if (
      order === "last" &&
      untold !== undefined &&
      (declarer < 0 || (declarer === half.name && untold === "checked"))
    ) {
      this.met.add("untold");
      return;
    }
    if (declarer >= 0) {
      if (order !== "forced" || declarer !== half.name)
        throw new Error(`declared, and deleted: ${file} of ${half.name}`);
      this.met.add("forced");
    }
    const now = run.steps[half.name];
    const isReplaced = order === "last" && now !== undefined && now.at !== "idle";
    const current = run.world.halves.find((each) => each.name === half.name && !each.isOld);
    if (isReplaced && current?.isReady !== true && run.dead & (1 << now.home)) {
      this.met.add("crash");
      return;
    }
    if (isReplaced && current?.isReady !== true)
      throw new Error(`deleted, and what replaces it is not ready: ${file} of ${half.name}`);
  }

  #ended(run: Run): World {
    const { halves, exists, unknown } = run.world;
    const inState = halves.reduce((all, { files }) => all | files, 0);
    const lost = exists & ~inState & ~unknown;
    if (lost !== 0) throw new Error(`in no state: ${lost}`);
    if (!run.isDisturbed) {
      const declared = run.steps.reduce((all, { wants }) => all | wants, 0);
      if (exists & ~declared & ~unknown) throw new Error("a clean update leaves what nobody wants");
      if (halves.some(({ isOld, isReady, files, wants }) => isOld || !isReady || files !== wants))
        throw new Error("a clean update leaves something to do");
      // What is in the state of a resource that does not change is not looked for.
      const gone = this.#start.halves.reduce((all, { files }) => all | files, 0) & ~this.#start.exists;
      const missing = declared & ~exists;
      if (missing & gone) this.met.add("revoked");
      if (missing & ~gone) throw new Error(`a clean update leaves missing: ${missing}`);
    }
    return { halves, exists, unknown: unknown & exists & ~inState };
  }
}

const urnOf = (name: number) => `urn::${name}`;

function step(run: Run, name: number, next: Step): Run {
  return { ...run, steps: run.steps.map((each, n) => (n === name ? next : each)) };
}

/** The program's own process tells of a resource that was not deployed. */
function announced(run: Run, name: number, wants: Files): Run {
  const said = new ClaimTable(run.tables[PROGRAM]);
  said.add(announcement(urnOf(name), identities(wants)));
  return { ...run, tables: run.tables.map((table, process) => (process === PROGRAM ? said : table)) };
}

/** Runs what a provider process does, on the claims that it and the others have. */
function act(
  run: Run,
  name: number,
  next: Step | undefined,
  work: (claims: Claims, urn: string) => void,
  home = next?.home ?? 0,
): Run {
  const own = new ClaimTable(run.tables[home]);
  const others = run.tables.flatMap((table, process): Claim[] => {
    if (process === home) return [];
    return [...table.values()].map((claim) => (run.dead & (1 << process) ? abandoned(claim) : claim));
  });
  work(new Claims({ publish: () => undefined, claims: () => others }, own), urnOf(name));
  const tables = run.tables.map((table, process) => (process === home ? own : table));
  return { ...(next === undefined ? run : step(run, name, next)), tables };
}

function withHalf(world: World, old: Half, next: Half): World {
  return { ...world, halves: sorted(world.halves.map((half) => (half === old ? next : half))) };
}

const halfText = (half: Half) =>
  `${half.name}${half.home}${half.wants}${half.files}${half.released}${+half.isReady}${+half.isOld}`;
const sorted = (halves: readonly Half[]) => [...halves].sort((a, b) => (halfText(a) < halfText(b) ? -1 : 1));
const worldText = ({ halves, exists, unknown }: World) => `${halves.map(halfText).join()} ${exists} ${unknown}`;

function keyOf({ world, steps, tables, dead, isDisturbed, deletes }: Run): string {
  const ofSteps = steps.map(
    (s) =>
      `${s.at}${s.wants}${s.home}${s.isForced ? "f" : ""}${s.isUpdate ? "u" : ""}${s.untold ?? ""}${s.isAfterDeletion ? "d" : ""}`,
  );
  const ofTables = tables.map((table) => [...table.values()].map(claimText).sort().join());
  return `${worldText(world)}|${ofSteps.join()}|${dead}${isDisturbed}|${deletes?.map(halfText).join() ?? "-"}|${ofTables.join("|")}`;
}

/** Claims do not change, so the text of each is made once. */
const claimTexts = new WeakMap<Claim, string>();
function claimText(claim: Claim): string {
  let text = claimTexts.get(claim);
  if (text === undefined) {
    const { urn, wants, had, released = [], phase, progress = {}, kept = [] } = claim;
    const set = (list: readonly string[] | undefined) => (list === undefined ? "-" : filesOf(list));
    text = `${urn}${phase}${set(wants)}${set(had)}${set(released)}${set(kept)}${digests.map((d) => progress[d])}`;
    claimTexts.set(claim, text);
  }
  return text;
}

const orders = (n: number): number[][] =>
  n === 0
    ? [[]]
    : orders(n - 1).flatMap((order) =>
        Array.from({ length: n }, (_, at) => [...order.slice(0, at), n - 1, ...order.slice(at)]),
      );
const ORDERS = orders(3);

/** The same for all worlds that differ in nothing but which resource, download and process is which. */
export function canonical(world: World): string {
  let least = "~";
  for (const order of ORDERS)
    for (const swapsFiles of [false, true])
      for (const swapsProcesses of [false, true]) {
        const files = (set: Files) => (swapsFiles ? ((set & 1) << 1) | (set >> 1) : set);
        const halves = world.halves.map((half): Half => ({
          ...half,
          name: order[half.name] ?? 0,
          home: (swapsProcesses ? 1 - half.home : half.home) as Process,
          wants: files(half.wants),
          files: files(half.files),
          released: files(half.released),
        }));
        const text = worldText({ halves: sorted(halves), exists: files(world.exists), unknown: files(world.unknown) });
        if (text < least) least = text;
      }
  return least;
}
