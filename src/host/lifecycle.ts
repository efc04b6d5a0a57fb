/** The operations of a resource, independent of any protocol: a host translates its calls into these, and their results back. */
import type { Failure } from "../core/inputs/inputFailures";
import type { RawInputs } from "../core/inputs/inputFields";
import type { PreviewMarker } from "../core/settings";
import type { DownloadDiff } from "../core/single/diff";

/** A resource after an operation. */
interface Deployed {
  readonly id: string;
  readonly outputs: Record<string, unknown>;
}

/** The options of a read. */
export interface ReadOptions {
  /** Whose settings a look-up in a preview uses; undefined in any other operation, and where the program itself reports what they lack. */
  readonly preview?: PreviewMarker | undefined;
  /** How long it may take, in milliseconds. */
  readonly timeLimitMs?: number | undefined;
  /**
   * What a look-up by id that finds nothing comes to: an error (the default), nothing and a note of what to do, or nothing. Where the protocol lets a
   * host say that nothing was found, the engine words the error.
   */
  readonly ifMissing?: "error" | "note" | "nothing";
}

/** The lifecycle of a resource. Its URN is in its inputs and outputs, as `__urn`. */
export interface Lifecycle {
  /** Checks inputs and adds defaults. `preview` says which provider's settings a preview uses; it is undefined in an update. */
  check(
    olds: RawInputs,
    news: RawInputs,
    preview?: PreviewMarker,
  ): Promise<{ readonly inputs: RawInputs; readonly failures: Failure[] }>;

  /** Compares the outputs of the last deployment with checked inputs. */
  diff(id: string, olds: RawInputs, news: RawInputs): Promise<DownloadDiff>;

  /** Records that the engine skips a resource without comparing it, as {@link diff} would; for hosts that are told so. */
  skip(id: string, olds: RawInputs, news: RawInputs): void;

  /**
   * Creates the resource that checked inputs declare.
   *
   * @param timeLimitMs how long it may take, in milliseconds; undefined for the default
   * @throws PartialResult when something exists but is not finished
   */
  create(inputs: RawInputs, timeLimitMs: number | undefined): Promise<Deployed>;

  /**
   * Reads the resource's current state.
   *
   * @param props the outputs in the state; for a look-up by id, only what is known of it
   * @returns undefined when it does not exist
   */
  read(id: string, props: RawInputs, options?: ReadOptions): Promise<Deployed | undefined>;

  /**
   * Continues with what is unfinished, and applies changed inputs.
   *
   * @throws PartialResult when it is still not finished
   */
  update(
    id: string,
    olds: RawInputs,
    news: RawInputs,
    timeLimitMs: number | undefined,
  ): Promise<Record<string, unknown>>;

  /** Deletes what no other resource needs. */
  delete(id: string, props: RawInputs, timeLimitMs: number | undefined): Promise<void>;
}
