/** The lifecycle of a StreamDownloads in any host: the decisions, claims and messages of each operation. */
import { createHash } from "node:crypto";
import { checkDownloads } from "../core/bulk/check";
import { diffDownloads } from "../core/bulk/diff";
import { declaredItems, type DownloadSetState, emptySet, onlyDeclared, setState } from "../core/bulk/downloadSet";
import { keysOf } from "../core/bulk/downloadTable";
import { keepOrder } from "../core/bulk/listOrder";
import { deleteDownloads, readDownloads } from "../core/bulk/reconcile";
import { type RawInputs, urnOf } from "../core/inputs/inputFields";
import { ensureLibrary } from "./bulkEnsure";
import { operateOnMany, outputsOf, reportOf } from "./bulkOperation";
import { checkAndDiff } from "./checkAndDiff";
import { plainError } from "./hostErrors";
import type { Lifecycle } from "./lifecycle";
import { type ProviderProcess, requireAccount } from "./providerProcess";

/** After a deletion that failed, Pulumi keeps the state of before, so an update would see no change. */
const PARTLY_DELETED =
  "Pulumi's state keeps those that are deleted until the same command succeeds. To keep the library instead, run `pulumi up --refresh`, which generates them again.";

/** Creates the lifecycle that all StreamDownloads resources of a process share. */
export function bulkLifecycle(shared: ProviderProcess): Lifecycle {
  const { claims } = shared;

  /** The old outputs of libraries that a diff replaces, by URN, so that the create that follows need not look anything up again. */
  const replaced = new Map<string, RawInputs>();

  const diff = (olds: RawInputs, news: RawInputs, isRefresh: boolean) => {
    const found = diffDownloads(olds, news, isRefresh);
    const urn = urnOf(news);
    // No create follows a refresh.
    if (found.replaces.length > 0 && !isRefresh) replaced.set(urn, olds);
    else replaced.delete(urn);
    return found;
  };

  /** The inputs in the state, by URN: the engine checks a replacement twice, the second time without its old inputs. */
  const inputsInState = new Map<string, RawInputs>();

  const check: typeof checkDownloads = (olds, news, context) => {
    const urn = urnOf(news);
    if (Object.keys(olds).length > 0) inputsInState.set(urn, olds);
    const { inputs, failures } = checkDownloads(olds, news, context);
    return { inputs: failures.length > 0 ? inputs : keepOrder(inputsInState.get(urn) ?? {}, inputs), failures };
  };

  const declared = ({ accountId, ...inputs }: RawInputs) =>
    accountId === undefined
      ? []
      : (declaredItems(inputs) ?? []).map(({ videoId, type }) => ({ accountId: String(accountId), videoId, type }));

  const inState = (_id: string, olds: RawInputs) =>
    keysOf(setState(olds).statuses).map((key) => ({ accountId: String(olds.accountId), ...key }));

  /** What is known about the downloads of a library at its creation: nothing, unless it replaces itself in the same account. */
  const knownBefore = (inputs: RawInputs): DownloadSetState => {
    const olds = replaced.get(urnOf(inputs));
    replaced.delete(urnOf(inputs));
    return olds?.accountId === requireAccount(inputs) ? setState(olds) : emptySet();
  };

  return {
    ...checkAndDiff(shared, { check, diff, declared, inState }),

    async create(inputs, timeLimitMs) {
      const id = createLibraryId(requireAccount(inputs), urnOf(inputs));
      const before = onlyDeclared(knownBefore(inputs), declaredItems(inputs) ?? []);
      return { id, outputs: await ensureLibrary(shared, { kind: "create", id, inputs, before, timeLimitMs }) };
    },

    async read(id, props, { timeLimitMs } = {}) {
      if (props.urls === undefined)
        throw plainError("StreamDownloads cannot be looked up by an id; use StreamDownload.get");
      const state = setState(props);
      const downloads = keysOf(state.statuses).length;
      const settings = { action: "reading downloads", inputs: props, timeLimitMs };
      return operateOnMany(shared, downloads, settings, async (operation) => {
        const found = await readDownloads(operation, requireAccount(props), state, {
          areIdsSecret: props.__secretIds === true,
        });
        return { id, outputs: outputsOf(props, found) };
      });
    },

    async update(id, olds, news, timeLimitMs) {
      const before = setState(olds);
      // Failures of downloads that are no longer declared are dropped. What exists stays in the state.
      const { failures } = onlyDeclared(before, declaredItems(news) ?? []);
      return ensureLibrary(shared, {
        kind: "update",
        id,
        inputs: news,
        before: { ...before, failures },
        timeLimitMs,
      });
    },

    async delete(_id, props, timeLimitMs) {
      const state = setState(props);
      const accountId = requireAccount(props);
      const identities = keysOf(state.statuses).map((key) => ({ accountId, ...key }));
      const settings = { action: "deleting downloads", inputs: props, timeLimitMs };
      await operateOnMany(shared, identities.length, settings, async (operation) => {
        const outcome = await deleteDownloads(operation, identities, state, { claims, urn: urnOf(props) });
        if (outcome.failed.length === 0) return;
        // Of a library that the program declares, only the old half is deleted, and nothing that is deleted is declared.
        const hint = outcome.done > 0 && !claims.isDeclared(urnOf(props)) ? `\n  ${PARTLY_DELETED}` : "";
        throw new Error(reportOf(outcome, "deleted", props) + hint);
      });
    },
  };
}

/** The id of a new library. */
export function createLibraryId(accountId: string, urn: string): string {
  return `${accountId}/${createHash("sha256").update(urn).digest("hex").slice(0, 16)}`;
}
