/** The lifecycle of a StreamDownload in any host: the decisions, claims and messages of each operation. */
import { type DownloadIdentity, formatId, parseId } from "../core/identity";
import { checkDownload } from "../core/single/check";
import { nameOf, notDeleted } from "../core/claims";
import { diffDownload } from "../core/single/diff";
import { AWAITING_VIDEO, describeAction, type DownloadState, ensureDownload, stateOf } from "../core/single/reconcile";
import { explain } from "../core/failure";
import { isGone, observe } from "../core/single/listingLag";
import { deleteDownload } from "../core/single/deleteDownload";
import { REQUESTED } from "../core/single/requestDownload";
import { hiddenInputs, type RawInputs, urnOf } from "../core/inputs/inputFields";
import { type PreviewMarker, settingsProblems } from "../core/settings";
import { checkAndDiff } from "./checkAndDiff";
import { givenUpOutput } from "./givenUp";
import { PartialResult, plainError } from "./hostErrors";
import type { Lifecycle } from "./lifecycle";
import { type ProviderProcess, requireAccount } from "./providerProcess";

/** Creates the lifecycle that all StreamDownload resources of a process share. */
export function singleLifecycle(shared: ProviderProcess): Lifecycle {
  const { claims } = shared;

  /** Makes sure that the download exists and returns the outputs. An unfinished download goes into the state as a partial result. */
  const ensure = (
    verb: "creating" | "updating",
    identity: DownloadIdentity,
    inputs: RawInputs,
    timeLimitMs: number | undefined,
    requestedAt?: unknown,
  ) =>
    shared.operate({ action: describeAction(verb, identity), inputs, timeLimitMs }, async (operation) => {
      const waitForReady = inputs.waitForReady !== false;
      const { state, unfinished } = await ensureDownload(operation, identity, {
        waitForReady,
        isInState: verb === "updating",
        requestedAt,
      });
      const outputs = { ...withoutMarker(inputs), ...outputsOf(state) };
      if (unfinished === undefined) {
        claims.finish(urnOf(inputs));
        return outputs;
      }
      throw new PartialResult(
        `${describeAction(verb, identity)}: ${unfinished.text}`,
        formatId(identity),
        { ...outputs, ...givenUpOutput(claims, urnOf(inputs)) },
        { isNotYet: verb === "updating" && unfinished.isNotYet === true },
      );
    });

  /** Whether a look-up is impossible because its provider lacks settings. A preview reports that instead of failing. */
  const isUnknownInPreview = async (mark: PreviewMarker, identity: DownloadIdentity, urn: string): Promise<boolean> => {
    const { credentials, baseUrl } = settingsProblems(shared.settings);
    if (credentials === undefined && baseUrl === undefined) return false;
    await shared.previewWarnings.warn(mark, { ...identity }, shared.settings, { name: nameOf(urn), urn });
    return true;
  };

  return {
    ...checkAndDiff(shared, {
      check: checkDownload,
      diff: diffDownload,
      declared: (inputs) => (inputs.accountId === undefined ? [] : [declaredIdentity(inputs)]),
      inState: (id) => [identityOf(id)],
    }),

    async create(inputs, timeLimitMs) {
      const identity = declaredIdentity(inputs);
      const [id, urn] = [formatId(identity), urnOf(inputs)];
      // Before the work: a replacement is created before the old resource is deleted, and that deletion must know who still needs the file.
      claims.begin(urn, [identity]);
      try {
        const outputs = await ensure("creating", identity, inputs, timeLimitMs);
        claims.hold(urn, [identity]);
        return { id, outputs };
      } catch (error) {
        const isInState = error instanceof PartialResult;
        const isLeft = !isInState && claims.fail(urn, [identity]).length > 0;
        if (isInState || isLeft) claims.hold(urn, [identity]);
        if (!isLeft) throw error;
        throw new PartialResult(explain(error), id, {
          ...withoutMarker(inputs),
          ...outputsOf(REQUESTED),
          ...givenUpOutput(claims, urn),
        });
      }
    },

    async read(givenId, props, { preview, timeLimitMs, ifMissing = "error" } = {}) {
      const identity = identityOf(givenId);
      const id = formatId(identity);
      if (preview !== undefined && (await isUnknownInPreview(preview, identity, urnOf(props))))
        // What is left out is unknown in a preview.
        return { id, outputs: { ...hiddenInputs(props), ...identity } };
      const settings = { action: describeAction("reading", identity), inputs: props, timeLimitMs };
      return shared.operate(settings, async (operation) => {
        const waitForReady = props.waitForReady ?? true;
        const { __awaiting: awaiting, __requestedAt: requestedAt, ...hidden } = hiddenInputs(props);
        const download = await observe(operation, identity, { requestedAt });
        const found = (state: DownloadState) => ({
          id,
          outputs: { ...hidden, ...identity, waitForReady, ...outputsOf(state) },
        });
        if (download === undefined) {
          // Nothing has been requested yet, so nothing is listed.
          if (awaiting === AWAITING_VIDEO.awaiting) return found(AWAITING_VIDEO);
          // A refresh has a status in the state and drops the resource; a look-up by id has none.
          const text = `it does not exist. Declare it with new StreamDownload, or correct the id ${id}.`;
          if (props.status !== undefined || ifMissing === "nothing") return undefined;
          if (ifMissing === "error") throw new Error(text);
          operation.report.note(`${settings.action}: ${text}`);
          return undefined;
        }
        return found(stateOf(download));
      });
    },

    async update(id, olds, news, timeLimitMs) {
      const identity = identityOf(id);
      claims.hold(urnOf(news), [identity]);
      // The file is ready, so only a setting of this package has changed, and nothing has to be requested.
      if (olds.status === "ready") {
        claims.finish(urnOf(news));
        return { ...olds, ...news, url: olds.url };
      }
      claims.begin(urnOf(news), []);
      return ensure("updating", identity, news, timeLimitMs, olds.__requestedAt);
    },

    async delete(id, props, timeLimitMs) {
      const identity = identityOf(id);
      const claimant = claims.claimant(urnOf(props), identity);
      if (claimant?.takesOver) {
        await shared.log({
          severity: "info",
          message: `the file is kept: the resource "${nameOf(claimant.urn)}" declares the same download`,
          urn: urnOf(props),
          ephemeral: false,
        });
        return;
      }
      await shared.operate(
        { action: describeAction("deleting", identity), inputs: props, timeLimitMs },
        async (operation) => {
          const requestedAt = props.__requestedAt;
          if (claimant === undefined) await deleteDownload(operation, identity, requestedAt);
          else if (!(await isGone(operation, identity, { requestedAt }))) throw new Error(notDeleted(claimant));
        },
      );
    },
  };
}

/** The outputs that describe a download's progress. Hidden ones are for the next operation, not for programs. */
function outputsOf({ awaiting, requestedAt, ...state }: DownloadState): Record<string, unknown> {
  return {
    ...state,
    ...(awaiting === undefined ? {} : { __awaiting: awaiting }),
    ...(requestedAt === undefined ? {} : { __requestedAt: requestedAt }),
  };
}

/** Inputs without the marker of a secret url, which has no value. */
function withoutMarker({ url: _secretMark, ...inputs }: RawInputs): Record<string, unknown> {
  return inputs;
}

/** The identity in checked inputs. */
function declaredIdentity(inputs: RawInputs): DownloadIdentity {
  return identityOf(`${requireAccount(inputs)}/${String(inputs.videoId)}/${String(inputs.type)}`);
}

function identityOf(id: string): DownloadIdentity {
  try {
    return parseId(id);
  } catch (error) {
    throw plainError(error instanceof Error ? error.message : String(error));
  }
}
