/** Draws random sequences. */
import fc from "fast-check";
import type { Fault } from "../../packages/emulator/src";
import type { Drift, Interruption, Program, Sequence, Step } from "./description";
import { urnOf } from "./description";
import { addition, type Edit, edit, edited, FILES, withoutAliases } from "./edits";

const ALL_FILES = Object.values(FILES).flat();

const faultKind = fc.constantFrom<Fault>(
  { kind: "status", status: 403 },
  { kind: "status", status: 500 },
  { kind: "status", status: 500, afterProcessing: true },
  { kind: "status", status: 503 },
  { kind: "status", status: 429, headers: { "retry-after": "1" } },
  { kind: "half-body" },
  { kind: "half-body", afterProcessing: true },
  { kind: "reset", afterProcessing: true },
  { kind: "body", body: "" },
  { kind: "delay", ms: 2500 },
  { kind: "trickle", msPerByte: 3 },
);
const file = fc.noBias(fc.nat({ max: 199 }));
const fault = fc.record({
  kind: faultKind,
  operation: fc.constantFrom("createDownload" as const, "listDownloads" as const, "deleteDownload" as const, undefined),
  file: fc.option(file, { nil: undefined }),
  times: fc.constantFrom(1, 1, 2, 8),
  after: fc.constantFrom(0, 0, 1, 3),
});
type RoughFault = typeof fault extends fc.Arbitrary<infer T> ? T : never;

const drift = fc.record({
  file,
  to: fc.constantFrom<Drift["to"]>("gone", "gone", "error", "inprogress", "added"),
});

const interruption = fc.record({
  who: fc.constantFrom<Interruption["who"]>("Ctrl-C", "Ctrl-C", "SIGKILL of the CLI", "SIGKILL of a provider"),
  request: fc.integer({ min: 1, max: 7 }),
  afterProcessing: fc.boolean(),
});

const target = { first: fc.noBias(fc.nat({ max: 59 })), second: fc.noBias(fc.nat({ max: 59 })) };
const kindOfCommand = fc.oneof(
  { weight: 10, arbitrary: fc.constant({ what: "up" as const }) },
  { weight: 3, arbitrary: fc.record({ what: fc.constant("with faults" as const), fault, more: fc.option(fault) }) },
  { weight: 1, arbitrary: fc.constant({ what: "with failing files" as const }) },
  { weight: 2, arbitrary: fc.record({ what: fc.constant("continue on error" as const), fault }) },
  { weight: 3, arbitrary: fc.record({ what: fc.constant("interrupted" as const), interruption }) },
  { weight: 2, arbitrary: fc.record({ what: fc.constant("targeted" as const), ...target }) },
  { weight: 1, arbitrary: fc.constant({ what: "up --refresh" as const }) },
  { weight: 1, arbitrary: fc.constant({ what: "refresh" as const }) },
  { weight: 1, arbitrary: fc.record({ what: fc.constant("refresh with faults" as const), fault }) },
  { weight: 1, arbitrary: fc.constant({ what: "preview" as const }) },
  { weight: 1, arbitrary: fc.record({ what: fc.constant("destroy" as const), interruption: fc.option(interruption) }) },
);
type Command = typeof kindOfCommand extends fc.Arbitrary<infer T> ? T : never;

interface RoughStep {
  readonly edits: readonly Edit[];
  readonly drift: readonly { readonly file: number; readonly to: Drift["to"] }[];
  readonly command: Command;
  readonly dice: number;
}

const roughStep = fc.record<RoughStep>({
  edits: fc.array(edit, { minLength: 2, maxLength: 5, size: "max" }),
  drift: fc.oneof(
    { weight: 4, arbitrary: fc.constant([]) },
    { weight: 1, arbitrary: fc.array(drift, { minLength: 1, maxLength: 3, size: "max" }) },
  ),
  command: kindOfCommand,
  dice: fc.noBias(fc.nat({ max: 11 })),
});

const behavior = fc.record({
  // The worst an API can do: a second request generates the file once more.
  repost: fc.constant("restart" as const),
  listNone: fc.constantFrom("empty" as const, "404" as const),
  deleteNone: fc.constantFrom("404" as const, "200" as const),
  postResponse: fc.constantFrom("one" as const, "all" as const),
  urlWhileInProgress: fc.constantFrom("present" as const, "absent" as const),
});

/** Random sequences of so many steps. */
export function sequences(steps: number): fc.Arbitrary<Sequence> {
  return fc
    .record({
      encodingMs: fc.constantFrom(0, 300, 1500),
      behavior,
      first: fc.array(addition, { minLength: 3, maxLength: 7, size: "max" }),
      more: fc.array(roughStep, { minLength: steps - 1, maxLength: steps - 1, size: "max" }),
    })
    .map(({ encodingMs, behavior: settings, first, more }) => {
      const rough: RoughStep[] = [{ edits: first, drift: [], command: { what: "up" }, dice: 0 }, ...more];
      let program: Program = [];
      const built = rough.map((step) => {
        const before = program;
        program = step.edits.reduce(edited, withoutAliases(program));
        return stepOf(step, before, program);
      });
      return { encodingMs, behavior: settings, steps: built };
    });
}

/** The sequence that a seed stands for. */
export function sequenceOf(seed: number, steps: number): Sequence {
  const [sequence] = fc.sample(sequences(steps), { seed, numRuns: 1 });
  if (sequence === undefined) throw new Error("fast-check drew nothing");
  return sequence;
}

/** A file of the programs, or now and then any. */
function fileOf(n: number, ...programs: readonly Program[]): string {
  const declared = programs.flat().flatMap(({ files }) => files);
  const from = n % 5 === 0 || declared.length === 0 ? ALL_FILES : declared;
  return from[n % from.length] ?? "";
}

function faultOf({ kind, operation, file: n, times, after }: RoughFault, ...programs: readonly Program[]): Fault {
  const videoId = n === undefined ? undefined : fileOf(n, ...programs).split("/")[0];
  const target = { ...(operation === undefined ? {} : { operation }), ...(videoId === undefined ? {} : { videoId }) };
  return { ...kind, ...target, times, after };
}

function stepOf({ command, drift: drifts, dice }: RoughStep, before: Program, program: Program): Step {
  const drifted = drifts.map(({ file: n, to }) => ({ file: fileOf(n, before, program), to }));
  const base = { program, drift: drifted, command: "up" as const, faults: [] };
  const ordered = (...faults: readonly (RoughFault | null)[]) =>
    faults.flatMap((each) => (each === null ? [] : [faultOf(each, before, program)]));
  const shown = dice === 5 ? { diff: true as const } : {};
  switch (command.what) {
    case "up":
      return { ...base, ...shown, ...(dice < 3 ? { expectNoChanges: true } : {}) };
    case "with faults":
      return { ...base, ...shown, faults: ordered(command.fault, command.more) };
    case "with failing files":
      return { ...base, failingFiles: 1 + (dice % 4) };
    case "continue on error":
      // Half of them with something that surely fails.
      return {
        ...base,
        continueOnError: true,
        faults: ordered(command.fault),
        ...(dice % 2 === 0 ? { failingFiles: 1 + (dice % 4) } : {}),
      };
    case "interrupted":
      return { ...base, interruption: command.interruption };
    case "targeted": {
      const urns = [...new Set([...before, ...program].map(urnOf))];
      const chosen = [command.first, command.second].map((n) => urns[n % Math.max(1, urns.length)] ?? "");
      return urns.length === 0 ? base : { ...base, targets: [...new Set(dice % 2 === 0 ? chosen : chosen.slice(1))] };
    }
    case "up --refresh":
      return { ...base, refresh: true };
    case "refresh with faults":
      return { ...base, command: "refresh", faults: ordered(command.fault) };
    case "destroy":
      return {
        ...base,
        command: "destroy",
        ...(command.interruption === null ? {} : { interruption: command.interruption }),
      };
    default:
      return { ...base, ...shown, command: command.what };
  }
}
