/** The calls with which the engine plans: check and diff. Both resources share them; only the decisions differ. */
import { nameOf } from "../core/claims";
import type { DownloadIdentity } from "../core/identity";
import type { Failure } from "../core/inputs/inputFailures";
import { type RawInputs, urnOf } from "../core/inputs/inputFields";
import { defaultAccountId } from "../core/settings";
import type { CheckContext } from "../core/single/check";
import type { DownloadDiff } from "../core/single/diff";
import { givenUpIn } from "./givenUp";
import type { Lifecycle } from "./lifecycle";
import type { ProviderProcess } from "./providerProcess";

/** The decisions of one resource. */
interface Decisions {
  check(olds: RawInputs, news: RawInputs, context: CheckContext): { inputs: RawInputs; failures: Failure[] };
  diff(olds: RawInputs, news: RawInputs, isRefresh: boolean): DownloadDiff;
  /** The downloads that inputs of the state declare; none where there are no inputs, because the resource is new. */
  declared(inputs: RawInputs): DownloadIdentity[];
  /** The downloads in a resource's state. */
  inState(id: string, olds: RawInputs): DownloadIdentity[];
}

/** Creates these calls for a resource. */
export function checkAndDiff(
  shared: ProviderProcess,
  { check, diff, declared, inState }: Decisions,
): Pick<Lifecycle, "check" | "diff" | "skip"> {
  const { claims } = shared;

  const compare = (id: string, olds: RawInputs, news: RawInputs): DownloadDiff => {
    const urn = urnOf(news);
    // A refresh compares without running the program, so nothing is declared in it.
    const found = diff(olds, news, !claims.isDeclared(urn));
    claims.giveUpAgain(urn, givenUpIn(olds));
    claims.keepDeclared(urn, inState(id, olds), {
      isChanged: found.changes,
      isReplaced: found.replaces.length > 0,
    });
    return found;
  };

  return {
    async check(olds, news, preview) {
      shared.attach();
      const reason = shared.whyNotConfigured;
      if (reason !== undefined) return { inputs: news, failures: [{ property: "", reason }] };
      const checked = check(olds, news, { defaultAccountId: () => defaultAccountId(shared.settings), claims });
      const earlier = declared(olds);
      // In check, because where only the provider changes, or with `--replace`, the engine asks for no diff. Of a replacement it asks for a second
      // check, without the old inputs.
      if (checked.failures.length === 0 && earlier.length > 0) {
        claims.giveUp(urnOf(news), earlier);
        claims.awaitDecision(urnOf(news), earlier);
      }
      if (preview !== undefined && checked.failures.length === 0) {
        const urn = urnOf(news);
        const resource = { name: nameOf(urn), urn };
        await shared.previewWarnings.warn(preview, checked.inputs, shared.settings, resource);
      }
      return checked;
    },

    async diff(id, olds, news) {
      const urn = urnOf(news);
      const found = compare(id, olds, news);
      if (found.because !== undefined) {
        // With the name, because where the engine prints a diff instead of rows, nothing else says which resource it is about.
        const message = `${nameOf(urn)}: ${found.because}`;
        await shared.log({ severity: "info", message, urn, ephemeral: false });
      }
      return found;
    },

    skip: compare,
  };
}
