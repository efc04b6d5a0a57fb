/** What every host offers of a resource, in words of no protocol: a host translates its calls into these, and what they come to back. */
import type { Failure } from "../core/inputs/inputFailures";
import type { RawInputs } from "../core/inputs/inputFields";
import type { PreviewMarker } from "../core/settings";
import type { DownloadDiff } from "../core/single/diff";

/** A resource as it is after an operation. */
export interface Deployed {
  readonly id: string;
  readonly outputs: Record<string, unknown>;
}

/** The life of a resource. Its URN is in its inputs and outputs, as `__urn`. */
export interface Lifecycle {
  /** Checks and completes inputs. `preview` says whose settings a preview has; undefined in an update. */
  check(
    olds: RawInputs,
    news: RawInputs,
    preview?: PreviewMarker,
  ): Promise<{ readonly inputs: RawInputs; readonly failures: Failure[] }>;

  /** Compares the outputs of the last deployment with checked inputs. */
  diff(id: string, olds: RawInputs, news: RawInputs): Promise<DownloadDiff>;

  /**
   * Makes what checked inputs declare.
   *
   * @param timeLimitMs how long it may take; undefined for the default
   * @throws PartialResult where something exists that is not as it was to be
   */
  create(inputs: RawInputs, timeLimitMs: number | undefined): Promise<Deployed>;

  /**
   * Looks at what there is.
   *
   * @param props the outputs in the state; of a resource that is looked up by its id, only what is known of it
   * @returns undefined when a resource of the state is gone
   */
  read(id: string, props: RawInputs): Promise<Deployed | undefined>;

  /**
   * Goes on with what is unfinished, and takes over changed inputs.
   *
   * @throws PartialResult where it is still not as it was to be
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
