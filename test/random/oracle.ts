/** What must hold after each command of a sequence. Pure: it compares what was there before and after. */
import { aliasUrn, type Declaration, declarers, type Program, type Step, urnOf } from "./description";
import type { StateView } from "./state";

/** What is there at a moment. */
export interface Observation {
  /** The files that exist at Cloudflare, with the number of times each was begun so far. */
  readonly files: ReadonlyMap<string, number>;
  /** How often any file was begun, those that are gone too. */
  readonly generations: ReadonlyMap<string, number>;
  /** Files that could not be made, or turn out so: making them once more is what is wanted. */
  readonly failing: ReadonlySet<string>;
  readonly state: StateView;
}

/** How a command went. */
export interface Ended {
  readonly code: number | null;
  /** Whether it was ended before its time. */
  readonly interrupted: boolean;
  /** Whether any fault was on order. */
  readonly disturbed: boolean;
}

/** What is wrong, in words; nothing where all is well. */
export function violationsOf(step: Step, before: Observation, after: Observation, ended: Ended): string[] {
  const isCalm = !ended.interrupted && !ended.disturbed;
  const mustSucceed = isCalm && step.targets === undefined;
  const isKilled = ended.interrupted && step.interruption?.who !== "Ctrl-C";
  return [
    ...(mustSucceed && ended.code !== 0 ? [`exit code ${ended.code}, though nothing was wrong`] : []),
    ...made(step, before, after),
    ...deleted(step, before, after, ended),
    // What a killed process has started, only the program knows: the next update is judged for both.
    ...(isKilled ? [] : unknownToState(before, after)),
    ...(step.command === "up" && isClean(step, after, ended) ? inexact(step, before, after) : []),
    ...(step.command === "destroy" && ended.code === 0 ? leftBehind(before, after) : []),
  ];
}

/** Whether an update has done all that the program declares. */
export function isClean(step: Step, after: Observation, { code }: Ended): boolean {
  return code === 0 && step.targets === undefined && after.state.held.every(({ failures }) => failures === 0);
}

/** No file is made twice, nor one that nobody declares. */
function made(step: Step, before: Observation, after: Observation): string[] {
  const declared = step.command === "up" ? declarers(step.program) : new Map<string, Declaration>();
  return [...after.generations].flatMap(([file, generation]) => {
    const times = generation - (before.generations.get(file) ?? 0);
    if (times === 0) return [];
    if (!declared.has(file)) return [`made, though nothing declares it: ${file}`];
    const exists = before.files.has(file);
    // One that fails is requested once more, and if that fails at once, deleted and requested again.
    const again = step.failingFiles === undefined ? 0 : exists ? 1 : 2;
    const allowed = exists && !before.failing.has(file) ? 0 : 1 + again;
    return times > allowed ? [`made ${times} times, where ${allowed} were needed: ${file}`] : [];
  });
}

/** Nothing is deleted that is declared, that is not the program's, or that was not aimed at. */
function deleted(step: Step, before: Observation, after: Observation, ended: Ended): string[] {
  const declared = step.command === "up" ? declarers(step.program) : new Map<string, Declaration>();
  return [...before.files.keys()].flatMap((file) => {
    if (after.files.has(file)) return [];
    if (step.command === "refresh" || step.command === "preview") return [`deleted by a ${step.command}: ${file}`];
    const holders = before.state.held.filter(({ files }) => files.includes(file)).map(({ urn }) => urn);
    if (holders.length === 0) return [`deleted, though no state has it: ${file}`];
    const isAimedAt = step.targets === undefined || holders.some((urn) => isTarget(step, urn));
    if (!isAimedAt) return [`deleted, though none of its resources was a target: ${file}`];
    const declarer = declared.get(file);
    if (declarer === undefined || isNotPromised(step, declarer, ended)) return [];
    return [`deleted, though ${declarer.name} declares it: ${file}`];
  });
}

/** What docs/reliability.md does not promise of a file that is declared. */
function isNotPromised(step: Step, declarer: Declaration, { code }: Ended): boolean {
  // "`--target` of the old place alone", "`--target` with nothing but the deletion": the engine does not ask for the declarer.
  if (step.targets !== undefined && !isTarget(step, urnOf(declarer))) return true;
  // "`--continue-on-error`, and a resource whose `videoId` comes from one that failed".
  return step.continueOnError === true && code !== 0 && declarer.from !== undefined;
}

/** A target is a resource as it is called now, or was before. */
function isTarget({ targets = [], program }: Step, urn: string): boolean {
  if (targets.includes(urn)) return true;
  return program.some((each) => targets.includes(urnOf(each)) && aliasUrn(each) === urn);
}

/** What exists because of a program is in its state. */
function unknownToState(before: Observation, after: Observation): string[] {
  const [known, knownBefore] = [filesOf(after.state), filesOf(before.state)];
  return [...after.files].flatMap(([file, generation]) => {
    const isOurs = knownBefore.has(file) || generation > (before.generations.get(file) ?? 0);
    return isOurs && !known.has(file) ? [`exists, and no state has it any more: ${file}`] : [];
  });
}

/** After a clean update exactly the declared files exist, with urls. */
function inexact(step: Step, before: Observation, after: Observation): string[] {
  const declared = declarers(step.program);
  const known = filesOf(after.state);
  const knownBefore = filesOf(before.state);
  const left = [...after.files.keys(), ...known].filter(
    (file) => !declared.has(file) && (known.has(file) || knownBefore.has(file)),
  );
  // What somebody else deleted is noticed by a refresh alone.
  const isUnnoticed = (file: string) => step.refresh !== true && knownBefore.has(file) && !before.files.has(file);
  const missing = [...declared.keys()].filter((file) => !after.files.has(file) && !isUnnoticed(file));
  const old = after.state.held.filter(({ isOld }) => isOld).map(({ urn }) => urn);
  return [
    ...[...new Set(left)].map((file) => `not declared, and left: ${file}`),
    ...missing.map((file) => `declared, and does not exist: ${file}`),
    ...old.map((urn) => `an old half is left in the state: ${urn}`),
    ...step.program.flatMap((declaration) => wrongOutputs(declaration, after.state)),
  ];
}

function wrongOutputs(declaration: Declaration, state: StateView): string[] {
  const held = state.held.find(({ urn }) => urn === urnOf(declaration));
  if (held === undefined) return [`not in the state: ${declaration.name}`];
  const { name, kind, files, waitForReady, secret } = declaration;
  const wrong = files.filter((file) => {
    const url = held.urls[file];
    return url === undefined ? waitForReady : !url.includes(file.split("/")[0] ?? "");
  });
  const secrets = kind === "single" ? ["videoId", "url"] : ["urls", "statuses", "failures"];
  const shown = secret === true ? secrets.filter((property) => !held.secrets.includes(property)) : [];
  const output = kind === "single" ? Object.values(held.urls)[0] : tableOf(held.urls);
  const isOutput = JSON.stringify(sorted(state.outputs[name] ?? undefined)) === JSON.stringify(sorted(output));
  return [
    ...wrong.map((file) => `no url: ${file} of ${name}`),
    ...shown
      .filter((property) => property !== "url" || Object.keys(held.urls).length > 0)
      .map((p) => `not secret: ${p} of ${name}`),
    ...(isOutput ? [] : [`the program's output for ${name} is ${JSON.stringify(state.outputs[name])}`]),
  ];
}

function tableOf(urls: Readonly<Record<string, string>>): Record<string, Record<string, string>> {
  const table: Record<string, Record<string, string>> = {};
  for (const [file, url] of Object.entries(urls)) {
    const [videoId = "", type = ""] = file.split("/");
    table[videoId] = { ...table[videoId], [type]: url };
  }
  return table;
}

function sorted(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([key, each]) => [key, sorted(each)]),
  );
}

/** After a destroy nothing of ours exists. */
function leftBehind(before: Observation, after: Observation): string[] {
  const left = [...filesOf(before.state)].filter((file) => after.files.has(file));
  return [
    ...left.map((file) => `left by the destroy: ${file}`),
    ...after.state.held.map(({ urn }) => `left in the state by the destroy: ${urn}`),
  ];
}

/** Whether a preview has to find nothing to do: everything is ready, and the state knows it. */
export function isSettled(program: Program, { state }: Observation): boolean {
  return program.every(
    (declaration) =>
      state.held.find(({ urn }) => urn === urnOf(declaration)) !== undefined &&
      declaration.files.every((file) =>
        state.held.some((held) => held.urn === urnOf(declaration) && held.urls[file] !== undefined),
      ),
  );
}

function filesOf({ held }: StateView): Set<string> {
  return new Set(held.flatMap(({ files }) => files));
}
