/**
 * What is different between a StreamDownload and a StreamDownloads: how inputs, outputs and the id are laid out, and
 * the words.
 */
import type { DownloadIdentity } from "../core/identity";
import type { Download } from "../stream/download";
import type { Failure } from "./inputFailures";
import type { Operation, Reporter } from "./operation";
import type { Values } from "../core/values";
import type { Outcome, ReadFailure } from "./batch";
import type { DeclaredItem, Declaration } from "./declaration";
import type { Change, Library } from "./library";
import type { Found, PreviewContext, PreviewLine } from "./previewFindings";

/** What an operation does to downloads, as its messages begin. */
type Verb = "creating" | "updating" | "reading" | "deleting";

/** What becomes of a download that an operation has dealt with. */
export type DoneWord = "ready" | "checked" | "deleted";

/** How the work on one download reports. */
export interface ItemReport extends Reporter {
  /**
   * The download existed already, as this, and belongs to the resource from now on.
   *
   * @param isExplained whether this run knows why it exists; where it does not, someone else may have it too
   */
  adopted(existing: Download, isExplained: boolean): void;
  /** It has been requested. */
  requested(): void;
  /** There was nothing to delete. */
  alreadyGone(): void;
  /** It is as wanted. */
  done(): void;
  failed(): void;
}

/** How an operation on downloads reports: one row for one file, or one for thousands. */
export interface BatchReport {
  of(identity: DownloadIdentity): ItemReport;
  /** Call it when all downloads have ended. */
  finish(): void;
}

/** What an operation reports of. */
export interface Reported {
  /** The downloads, in the order in which messages name them. */
  readonly identities: readonly DownloadIdentity[];
  /** Those that an earlier operation has requested. Default: none. */
  readonly requestedBefore?: readonly DownloadIdentity[];
  readonly word: DoneWord;
  /** Whether no message may name a video. */
  readonly areIdsSecret: boolean;
}

/** What happened to the files of a deletion that are not deleted, because other resources still need them. */
interface Kept {
  readonly identity: DownloadIdentity;
  /** The URN of the resource that has the file, or may still get it. */
  readonly keptFor: string;
}

/** One of the two kinds of resource. */
export interface Face {
  /** Its arguments, in the order in which messages list them. */
  readonly arguments: readonly string[];
  /** What arguments are that are not given. */
  readonly defaults: Values;
  /** The arguments of which another value alone is an update. */
  readonly compared: readonly string[];
  /** The arguments that contain ids of videos. */
  readonly idArguments: readonly string[];
  /** The outputs that contain ids of videos, or of which each belongs to one: they are secret when the ids are. */
  readonly idOutputs: readonly string[];
  /** Whether the resource is nothing without its download. A library without any still is one. */
  readonly needsDownload: boolean;

  /**
   * Checks the arguments that only this kind has, and adds their defaults.
   *
   * @param isSecret whether an argument's value may be in no message
   */
  check(news: Values, failures: Failure[], isSecret: (name: string) => boolean): Values;
  /** The downloads that checked inputs declare, in order. Undefined while some of them are unknown. */
  itemsIn(inputs: Values): DeclaredItem[] | undefined;

  /**
   * Reads what is known from the outputs of the last deployment; anything in them that is not of this package's making
   * is ignored.
   */
  libraryOf(id: string, outputs: Values): Library;
  /** The outputs. `from` has the account and the settings: the checked inputs or, for a read, the outputs before. */
  outputsOf(library: Library, from: Values): Record<string, unknown>;
  /**
   * The outputs that a preview shows; what only Cloudflare knows is unknown. `before` is what is known, of an update.
   */
  previewOf(from: Values, before?: Library): Record<string, unknown>;
  /** The resource's id; undefined while it is not known. */
  idOf(declaration: Declaration, urn: string): string | undefined;
  /**
   * The download that `.get` looks up by an id; undefined for a resource of the state.
   *
   * @throws Error when there are no such look-ups, or the id is malformed
   */
  lookedUp(id: string, outputs: Values): DownloadIdentity | undefined;

  /** The inputs because of which the engine replaces the resource. */
  replaces(olds: Values, news: Values, removed: readonly DownloadIdentity[]): string[];
  /** What an update will do, where changed inputs alone do not show it. Undefined where they do. */
  because(change: Omit<Change, "hasStaleFailures">, before: Library, context: DiffContext): string | undefined;

  /** What a preview says of what it found at Cloudflare. */
  previewLines(found: readonly Found[], context: PreviewContext): PreviewLine[];

  /** How much a new resource declares, for its row in a preview. Undefined where its name and inputs say it. */
  newText(declaration: Declaration): string | undefined;

  /** The beginning of a message: which operation on what. */
  action(verb: Verb, identities: readonly DownloadIdentity[]): string;
  /** How long an operation on so many downloads may take by default, in milliseconds. */
  timeLimitMs(downloads: number): number;
  reportTo(operation: Operation, reported: Reported): BatchReport;
  /** Why an operation failed. */
  failureText(outcome: Outcome, word: DoneWord, areIdsSecret: boolean): string;
  /** Why a read failed, which fails for all downloads when it does for one. */
  readFailureText(failure: ReadFailure, areIdsSecret: boolean): string;
  /** What to say of files that a deletion keeps; undefined for nothing. */
  keptText(kept: readonly Kept[], urn: string): string | undefined;
}

/** What the words of a diff depend on. */
interface DiffContext {
  /** Whether a refresh is comparing, which changes nothing itself. */
  readonly isRefresh: boolean;
  readonly waitForReady: boolean;
  readonly areIdsSecret: boolean;
}
