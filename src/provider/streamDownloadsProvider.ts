/** The provider of StreamDownloads: Pulumi's calls on one side, the lifecycle of many downloads on the other. */
import { createHash } from "node:crypto";
import type { dynamic } from "@pulumi/pulumi";
import type { DownloadIdentity } from "../identity/downloadIdentity";
import { checkDownloads, diffDownloads } from "../lifecycle/checkDownloads";
import {
  changeOf,
  declaredItems,
  type DownloadSetState,
  itemsOf,
  setState,
  stateOutputs,
} from "../lifecycle/downloadSet";
import { declarationsSettled, deleteDownloads, ensureDownloads, readDownloads } from "../lifecycle/downloadsLifecycle";
import { hiddenInputs, type RawInputs } from "../validation/inputFields";
import { partialError, plainError } from "./engineErrors";
import { DEFAULT_TIME_LIMIT_MS } from "./operations";
import { planningCalls } from "./planning";
import { type ProviderProcess, requireAccount, urnOf } from "./providerProcess";
import { createTimeout, presentTimeout } from "./requestTimeouts";

/** What the budget lets a library's size add to the time limit: some four requests for a download, four requests a second. */
const TIME_LIMIT_PER_DOWNLOAD_MS = 1000;

/** How long an operation on so many downloads may take unless `customTimeouts` say otherwise. */
function defaultTimeLimit(downloads: number): number {
  return DEFAULT_TIME_LIMIT_MS + TIME_LIMIT_PER_DOWNLOAD_MS * downloads;
}

/** Makes the resource provider of `StreamDownloads`. */
export function createStreamDownloadsProvider(shared: ProviderProcess) {
  const { claims } = shared;

  /** Ensures what is declared and not ready, deletes what is declared no more; what exists goes into the state in any case. */
  const apply = (
    kind: "create" | "update",
    id: string,
    inputs: RawInputs,
    before: DownloadSetState,
    customLimitMs: number | undefined,
  ) => {
    const accountId = requireAccount(inputs);
    const declared = declaredItems(inputs) ?? [];
    const doing = `${kind === "create" ? "creating" : "updating"} downloads`;
    const timeLimitMs = customLimitMs ?? defaultTimeLimit(declared.length);
    return shared.operate({ doing, inputs, timeLimitMs }, async (operation) => {
      const { added, removed, unfinished } = changeOf(before, declared);
      const identify = (item: Pick<DownloadIdentity, "videoId" | "type">) => ({
        accountId,
        videoId: item.videoId,
        type: item.type,
      });
      claims.create(urnOf(inputs), declared.map(identify));
      const waitForReady = inputs.waitForReady !== false;
      const ensured = await ensureDownloads(operation, [...added, ...unfinished].map(identify), before, {
        waitForReady,
      });
      let { state } = ensured;
      const failures = [ensured.failure];
      if (removed.length > 0 && !operation.signal.aborted) {
        await declarationsSettled(operation, claims);
        const deleted = await deleteDownloads(operation, removed.map(identify), state, { claims, urn: urnOf(inputs) });
        state = deleted.state;
        failures.push(deleted.failure);
      }
      const outputs = outputsOf(inputs, state);
      const failure = failures.filter((text) => text !== undefined).join("\n");
      if (failure !== "") throw partialError(`${doing}: ${failure}`, id, outputs);
      return outputs;
    });
  };

  return {
    ...planningCalls(shared, { check: checkDownloads, diff: diffDownloads }),

    async create(inputs: RawInputs): Promise<dynamic.CreateResult> {
      const id = `${requireAccount(inputs)}/${createHash("sha256").update(urnOf(inputs)).digest("hex").slice(0, 16)}`;
      return { id, outs: await apply("create", id, inputs, setState({}), createTimeout(inputs)) };
    },

    async read(id: string, props: RawInputs): Promise<dynamic.ReadResult> {
      if (props.urls === undefined)
        throw plainError("StreamDownloads cannot be looked up by an id; use StreamDownload.get");
      const state = setState(props);
      const timeLimitMs = defaultTimeLimit(itemsOf(state.statuses, "").length);
      return shared.operate({ doing: "reading downloads", inputs: props, timeLimitMs }, async (operation) => {
        const found = await readDownloads(operation, requireAccount(props), state);
        return { id, props: outputsOf(props, found) };
      });
    },

    async update(id: string, olds: RawInputs, news: RawInputs): Promise<dynamic.UpdateResult> {
      return { outs: await apply("update", id, news, setState(olds), presentTimeout()) };
    },

    async delete(_id: string, props: RawInputs): Promise<void> {
      const state = setState(props);
      const identities = itemsOf(state.statuses, requireAccount(props));
      const timeLimitMs = presentTimeout() ?? defaultTimeLimit(identities.length);
      await shared.operate({ doing: "deleting downloads", inputs: props, timeLimitMs }, async (operation) => {
        const { failure } = await deleteDownloads(operation, identities, state, { claims, urn: urnOf(props) });
        if (failure !== undefined) throw new Error(failure);
      });
    },
  } satisfies dynamic.ResourceProvider;
}

/** The outputs. The declared ids are in the inputs and in the tables; a third copy would only make the state larger. */
function outputsOf(inputs: RawInputs, state: DownloadSetState): Record<string, unknown> {
  const { accountId, waitForReady } = inputs;
  const { __awaiting: _before, ...hidden } = hiddenInputs(inputs);
  return { ...hidden, accountId, waitForReady, ...stateOutputs(state) };
}
