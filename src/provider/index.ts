/**
 * The provider that Pulumi's plugin process calls, through the constant string of `resource/providerString`. It keeps no state
 * but what lives as long as the process by nature: configuration, budgets, shared polls, claims.
 */
import type { dynamic } from "@pulumi/pulumi";
import { connection, defaultAccountId, type SettingsSource } from "../config/settings";
import { type DownloadIdentity, formatId, parseId } from "../identity/downloadIdentity";
import { checkDownload } from "../lifecycle/checkDownload";
import { Claims } from "../lifecycle/claims";
import { diffDownload } from "../lifecycle/diffDownload";
import { deleteDownload, doing, ensureDownload, type Outcome, observe, stateOf } from "../lifecycle/downloadLifecycle";
import { systemClock } from "../time/clock";
import { hiddenInputs, type RawInputs } from "../validation/inputFields";
import { partialError, plainError } from "./engineErrors";
import { logToEngine } from "./engineLog";
import { attachToEngine, runOperation, type TimedOperation } from "./operations";
import { type OpenSession, Sessions } from "./sessions";

const sessions = new Sessions(systemClock);
const claims = new Claims();
let settings: SettingsSource = { config: () => undefined, env: process.env };

/** The resource provider of `StreamDownload`, as `pulumi.dynamic.ResourceProvider` describes it. */
export const provider = {
  /** Takes the stack's configuration. Operations may be called at the same moment, so nothing here waits or throws. */
  async configure(request: dynamic.ConfigureRequest): Promise<void> {
    settings = { config: (key) => configValue(request, key), env: process.env };
  },

  async check(olds: RawInputs, news: RawInputs): Promise<dynamic.CheckResult> {
    attachToEngine();
    return checkDownload(olds, news, { defaultAccountId: () => defaultAccountId(settings), claims });
  },

  async diff(_id: string, olds: RawInputs, news: RawInputs): Promise<dynamic.DiffResult> {
    const { changes, replaces, because } = diffDownload(olds, news);
    if (because !== undefined) {
      await logToEngine({ severity: "info", message: because, urn: urnOf(news), ephemeral: false });
    }
    return { changes, replaces };
  },

  async create(inputs: RawInputs): Promise<dynamic.CreateResult> {
    const identity = declaredIdentity(inputs);
    claims.create(urnOf(inputs), identity);
    return { id: formatId(identity), outs: await ensure("creating", "create", identity, inputs) };
  },

  async read(id: string, props: RawInputs): Promise<dynamic.ReadResult> {
    const identity = identityOf(id);
    return operate("reading", "read", identity, props, async (operation) => {
      const download = await observe(operation, identity);
      if (download === undefined) {
        // A refresh knows a status from before and drops the resource; a look-up by id has none, and must not find nothing.
        if (props.status !== undefined) return { id: "", props: {} };
        throw new Error(`it does not exist. Declare it with new StreamDownload, or correct the id ${id}.`);
      }
      const waitForReady = props.waitForReady ?? true;
      return { id, props: { ...hiddenInputs(props), ...identity, waitForReady, ...stateOf(download) } };
    });
  },

  async update(id: string, olds: RawInputs, news: RawInputs): Promise<dynamic.UpdateResult> {
    const identity = identityOf(id);
    claims.create(urnOf(news), identity);
    // Ready already: what has changed is a setting of ours, and the API has nothing to do with it.
    if (olds.status === "ready") return { outs: { ...olds, ...news } };
    return { outs: await ensure("updating", "update", identity, news) };
  },

  async delete(id: string, props: RawInputs): Promise<void> {
    const identity = identityOf(id);
    const neededBy = claims.neededBy(urnOf(props), identity);
    if (neededBy !== undefined) {
      const name = neededBy.split("::").pop() ?? neededBy;
      await logToEngine({
        severity: "info",
        message: `the file is kept: the resource "${name}" declares the same download`,
        urn: urnOf(props),
        ephemeral: false,
      });
      return;
    }
    await operate("deleting", "delete", identity, props, (operation) => deleteDownload(operation, identity));
  },
} satisfies dynamic.ResourceProvider;

/** Makes the download exist and returns the outputs; what exists unfinished goes into the state as a partial result. */
async function ensure(
  verb: string,
  kind: TimedOperation,
  identity: DownloadIdentity,
  inputs: RawInputs,
): Promise<Record<string, unknown>> {
  return operate(verb, kind, identity, inputs, async (operation) => {
    const waitForReady = inputs.waitForReady !== false;
    const outcome: Outcome = await ensureDownload(operation, identity, { waitForReady });
    const outputs = { ...inputs, ...outcome.state };
    if (outcome.unfinished !== undefined) {
      throw partialError(`${doing(verb, identity)}: ${outcome.unfinished}`, formatId(identity), outputs);
    }
    return outputs;
  });
}

function operate<T>(
  verb: string,
  kind: TimedOperation,
  identity: DownloadIdentity,
  inputs: RawInputs,
  run: (operation: Parameters<Parameters<typeof runOperation<T>>[2]>[0]) => Promise<T>,
): Promise<T> {
  return runOperation({ verb: doing(verb, identity), kind, inputs, clock: systemClock }, openSession, run);
}

function openSession(): OpenSession {
  return sessions.for(connection(settings));
}

/** The identity that checked inputs name. */
function declaredIdentity(inputs: RawInputs): DownloadIdentity {
  if (inputs.accountId === undefined) {
    throw plainError(
      "no account was given. Set the argument accountId, or `pulumi config set cloudflare-stream:accountId <id>`, " +
        "or CLOUDFLARE_ACCOUNT_ID in the environment.",
    );
  }
  return identityOf(`${inputs.accountId}/${inputs.videoId}/${inputs.type}`);
}

function identityOf(id: string): DownloadIdentity {
  try {
    return parseId(id);
  } catch (error) {
    throw plainError(error instanceof Error ? error.message : String(error));
  }
}

function urnOf(inputs: RawInputs): string {
  return typeof inputs.__urn === "string" ? inputs.__urn : "";
}

function configValue(request: dynamic.ConfigureRequest, key: string): string | undefined {
  const value: unknown = request.config.get(key);
  return typeof value === "string" ? value : undefined;
}
