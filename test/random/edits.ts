/** What a user changes in a program between two commands. Numbers choose among what is there, so that any edit fits any program. */
import fc from "fast-check";
import { video } from "../support/ids";
import { aliasUrn, type Declaration, type Program, urnOf } from "./description";

/** Resources exchange files only with their like: what is secret once must not stand in clear elsewhere. */
type Realm = "plain" | "secret single" | "secret library";

const TYPES = ["default", "audio"] as const;
const both = (n: number) => TYPES.map((type) => `${video(n)}/${type}`);
export const FILES: Readonly<Record<Realm, readonly string[]>> = {
  plain: [1, 2, 3, 4, 5].flatMap(both),
  "secret single": [0xabcdef01, 0xabcdef02].flatMap(both),
  "secret library": [0xabcdef11, 0xabcdef12, 0xabcdef13].flatMap(both),
};
const NAMES = { single: ["a", "b", "c", "d", "e"], library: ["L", "M", "N"] } as const;

function realmOf({ kind, secret }: Pick<Declaration, "kind" | "secret">): Realm {
  return secret === true ? `secret ${kind}` : "plain";
}

const OPTIONS = ["waitForReady", "onFailure", "provider", "inComponent", "from", "dependsOn", "late"] as const;

const nat = fc.noBias(fc.nat({ max: 59 }));
const pair = { first: nat, second: nat, file: nat };
/** One more resource. */
export const addition = fc.record({ do: fc.constant("add" as const), ...pair, secret: fc.nat({ max: 3 }) });
/** Any change. */
export const edit = fc.oneof(
  { weight: 4, arbitrary: addition },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("drop" as const), ...pair }) },
  { weight: 7, arbitrary: fc.record({ do: fc.constant("move" as const), ...pair }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant("rename" as const), ...pair, hasAlias: fc.boolean() }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("swap" as const), ...pair }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant("toggle" as const), ...pair }) },
  { weight: 8, arbitrary: fc.record({ do: fc.constant("set" as const), ...pair, hasAlias: fc.boolean() }) },
);
export type Edit = typeof edit extends fc.Arbitrary<infer T> ? T : never;

/** A program with one thing changed; unchanged where the edit does not fit. */
export function edited(program: Program, change: Edit): Program {
  return valid(apply(program, change));
}

function apply(program: Program, change: Edit): Program {
  if (change.do === "add") return added(program, change);
  const chosen = nth(program, change.first);
  if (chosen === undefined) return program;
  const others = program.filter((each) => each !== chosen);
  const replace = (...changed: Declaration[]) =>
    program.flatMap((each) => changed.find(({ name, kind }) => same(each, { name, kind })) ?? each);
  const like = others.filter((each) => realmOf(each) === realmOf(chosen));
  switch (change.do) {
    case "drop":
      return others;
    case "move": {
      const file = nth(chosen.files, change.file);
      const left = { ...chosen, files: chosen.files.filter((each) => each !== file) };
      const rest = chosen.kind === "single" ? others : program.map((each) => (each === chosen ? left : each));
      if (file === undefined) return program;
      const target = nth(
        like.filter(({ kind }) => kind === "library"),
        change.second,
      );
      if (target === undefined || change.second % 3 === 0) return added(rest, change, chosen.secret, file);
      return rest.map((each) => (each === target ? { ...each, files: [...each.files, file] } : each));
    }
    case "rename": {
      const name = nth(free(others, chosen.kind), change.second);
      if (name === undefined || name === chosen.name) return program;
      return program.map((each) => (each === chosen ? moved(chosen, { name }, change.hasAlias) : each));
    }
    case "swap": {
      const other = nth(
        like.filter(({ kind }) => kind === chosen.kind),
        change.second,
      );
      if (other === undefined) return program;
      return replace({ ...chosen, files: other.files }, { ...other, files: chosen.files });
    }
    case "toggle": {
      const file = nth(FILES[realmOf(chosen)], change.file);
      if (chosen.kind === "single" || file === undefined || others.some(({ files }) => files.includes(file)))
        return program;
      const left = chosen.files.filter((each) => each !== file);
      return replace({ ...chosen, files: left.length < chosen.files.length ? left : [...left, file] });
    }
    case "set":
      return program.map((each) => (each === chosen ? withOption(chosen, others, change) : each));
  }
}

function withOption(
  chosen: Declaration,
  others: Program,
  { second, file, hasAlias }: Pick<Edit & { readonly do: "set" }, "second" | "file" | "hasAlias">,
): Declaration {
  const { onFailure, late } = chosen;
  switch (nth(OPTIONS, second)) {
    case "waitForReady":
      return { ...chosen, waitForReady: !chosen.waitForReady };
    case "onFailure":
      return onFailure === undefined && chosen.kind === "library"
        ? { ...chosen, onFailure: "warn" }
        : without(chosen, "onFailure");
    case "provider": {
      const next = nth([undefined, "one", "two"] as const, file);
      return next === undefined ? without(chosen, "provider") : { ...chosen, provider: next };
    }
    case "inComponent":
      return moved(chosen, { inComponent: chosen.inComponent !== true }, hasAlias);
    case "from":
    case "dependsOn": {
      const option = nth(OPTIONS, second) === "from" ? "from" : "dependsOn";
      const other = nth(others, file);
      const isGiven = chosen[option] === undefined && other !== undefined;
      return isGiven ? { ...chosen, [option]: other.name } : without(chosen, option);
    }
    default:
      if (late !== undefined) return without(chosen, "late");
      return { ...chosen, late: file % 2 === 0 ? "at once" : "later" };
  }
}

function added(program: Program, change: Edit, isSecret?: true, given?: string): Program {
  const kind: Declaration["kind"] = change.first % 2 === 0 ? "single" : "library";
  const ofMove = isSecret === true ? { secret: true as const } : {};
  const secret = "secret" in change && change.secret === 0 ? { secret: true as const } : ofMove;
  // A secret file stays with resources of its kind.
  if (given !== undefined && isSecret === true && !FILES[realmOf({ kind, ...secret })].includes(given)) return program;
  const name = nth(free(program, kind), change.second);
  const taken = new Set(program.flatMap(({ files }) => files));
  const untaken = FILES[realmOf({ kind, ...secret })].filter((file) => !taken.has(file));
  const number = kind === "single" ? 1 : 1 + (change.file % 3);
  const start = change.file % Math.max(1, untaken.length);
  const files = given === undefined ? [...untaken.slice(start), ...untaken].slice(0, number) : [given];
  if (name === undefined || files.length === 0) return program;
  const plain: Declaration = {
    name,
    kind,
    files: [...new Set(files)],
    waitForReady: change.second % 4 !== 1,
    ...secret,
  };
  // Half of them with an option that is not the usual one.
  const option = { second: change.file, file: change.second, hasAlias: false };
  return [...program, change.first % 4 < 2 ? plain : withOption(plain, program, option)];
}

function moved(
  chosen: Declaration,
  to: Partial<Pick<Declaration, "name" | "inComponent">>,
  hasAlias: boolean,
): Declaration {
  const { name, inComponent } = chosen;
  const alias = { name, ...(inComponent === undefined ? {} : { inComponent }) };
  return { ...chosen, ...to, ...(hasAlias ? { alias } : {}) };
}

/** Without a dependency on what is not declared before, and without an alias for a place that another resource has, which Pulumi refuses. */
function valid(program: Program): Program {
  const order = [...program.filter(({ late }) => !late), ...program.filter(({ late }) => late)];
  const places = new Set(program.map(urnOf));
  return program.map((each) => {
    const before = order.slice(0, order.indexOf(each));
    const independent = (["from", "dependsOn"] as const).reduce(
      (rest, option) => (before.some(({ name }) => name === each[option]) ? rest : without(rest, option)),
      each,
    );
    return places.has(aliasUrn(each) ?? "") ? without(independent, "alias") : independent;
  });
}

/** The aliases of one step are gone in the next. */
export function withoutAliases(program: Program): Program {
  return program.map((each) => without(each, "alias"));
}

function free(program: Program, kind: Declaration["kind"]): string[] {
  return NAMES[kind].filter((name) => !program.some((each) => each.name === name));
}

function same(one: Pick<Declaration, "name" | "kind">, other: Pick<Declaration, "name" | "kind">): boolean {
  return one.name === other.name && one.kind === other.kind;
}

function nth<T>(from: readonly T[], n: number): T | undefined {
  return from[n % Math.max(1, from.length)];
}

function without<Key extends keyof Declaration>(declaration: Declaration, key: Key): Declaration {
  const { [key]: _left, ...rest } = declaration;
  return rest as unknown as Declaration;
}
