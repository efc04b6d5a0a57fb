/** A random sequence as data: programs, commands, and what happens around them. Each step is complete, so that a sequence without some is one too. */
import type { Fault, Behavior } from "../../packages/emulator/src";

/** A resource of a program. */
export interface Declaration {
  readonly name: string;
  readonly kind: "single" | "library";
  /** The downloads, as `<videoId>/<type>`; one for a single resource. */
  readonly files: readonly string[];
  readonly waitForReady: boolean;
  readonly onFailure?: "warn";
  /** Whether the ids are given as a secret. */
  readonly secret?: true;
  /** An explicit provider, which has a token and a process of its own. */
  readonly provider?: (typeof PROVIDERS)[number];
  /** Whether it is within the program's component. */
  readonly inComponent?: boolean;
  /** Where it was before, as an alias. */
  readonly alias?: { readonly name: string; readonly inComponent?: boolean };
  /** The resource whose output the ids are made from. */
  readonly from?: string;
  /** The resource that has to be done before; with --continue-on-error this one is skipped if that fails. */
  readonly dependsOn?: string;
  /** Declared once all others are done, at once or 2 seconds after that. */
  readonly late?: "at once" | "later";
}

export type Program = readonly Declaration[];

/** What somebody else does to a file between two commands. */
export interface Drift {
  readonly file: string;
  readonly to: "gone" | "error" | "inprogress" | "added";
}

/** The end of a command before its time: when the request with this number is open, which has acted or not. */
export interface Interruption {
  readonly who: "Ctrl-C" | "SIGKILL of the CLI" | "SIGKILL of a provider";
  readonly request: number;
  readonly afterProcessing: boolean;
}

export interface Step {
  readonly program: Program;
  readonly drift: readonly Drift[];
  readonly command: "up" | "preview" | "refresh" | "destroy";
  readonly refresh?: true;
  readonly continueOnError?: true;
  readonly diff?: true;
  /** URNs. */
  readonly targets?: readonly string[];
  readonly faults: readonly Fault[];
  /** How many of the files that are begun in the command cannot be made. */
  readonly failingFiles?: number;
  readonly interruption?: Interruption;
  /** Whether to have a preview find nothing to do after it. */
  readonly expectNoChanges?: true;
}

export interface Sequence {
  readonly encodingMs: number;
  readonly behavior: Partial<Behavior>;
  readonly steps: readonly Step[];
}

/** The explicit providers; each has a token of its own. */
export const PROVIDERS = ["one", "two"] as const;
export const COMPONENT = { type: "test:Shelf", name: "shelf" } as const;

const TYPES = { single: "streamDownload:StreamDownload", library: "streamDownloads:StreamDownloads" } as const;

export function urnOf({ kind, name, inComponent }: Pick<Declaration, "kind" | "name" | "inComponent">): string {
  const parent = inComponent === true ? `${COMPONENT.type}$` : "";
  return `urn:pulumi:dev::project::${parent}pulumi-nodejs:dynamic/${TYPES[kind]}::${name}`;
}

/** The URN that an alias stands for. */
export function aliasUrn({ kind, alias }: Declaration): string | undefined {
  return alias && urnOf({ kind, ...alias });
}

/** The resource that declares each file. */
export function declarers(program: Program): Map<string, Declaration> {
  return new Map(program.flatMap((declaration) => declaration.files.map((file) => [file, declaration] as const)));
}
