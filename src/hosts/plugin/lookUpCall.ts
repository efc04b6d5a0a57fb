/** The call of a function: getStreamDownloads. It shares the request budget with the resources of this provider. */
import type * as messages from "@pulumi/pulumi/proto/provider_pb";
import { LookUps } from "../../provider/lookUp";
import { WOULD_FAIL } from "../../provider/previewWarnings";
import type { ProviderProcess } from "../../provider/providerProcess";
import { LOOK_UP_TOKEN } from "./constants";
import { decode, encode } from "./properties";
import { protocol } from "./protocol";

export class LookUpCall {
  readonly #shared: ProviderProcess;
  readonly #lookUps: LookUps;

  constructor(shared: ProviderProcess) {
    this.#shared = shared;
    this.#lookUps = new LookUps(shared.clock, shared.sessions, shared.programJob);
  }

  async invoke(request: messages.InvokeRequest): Promise<messages.InvokeResponse> {
    if (request.getTok() !== LOOK_UP_TOKEN)
      throw new Error(`there is no function ${request.getTok()} in this version of the plugin`);
    const { values, secrets } = decode(request.getArgs());
    const { InvokeResponse } = protocol();
    const response = new InvokeResponse();
    const found = await this.#find(values, request.getPreview());
    const isSecret = secrets.has("videoId");
    response.setReturn(encode(found, new Set(isSecret ? Object.keys(found) : [])));
    return response;
  }

  async #find(args: Record<string, unknown>, isPreview: boolean): Promise<Record<string, unknown>> {
    const { videoId, accountId } = args;
    const wanted = { videoId: String(videoId), accountId: typeof accountId === "string" ? accountId : undefined };
    const log = (message: string) => void this.#tell(message);
    const { found, problem, isMissingSetting } = await this.#shared.untilCancelled((signal) =>
      this.#lookUps.result(wanted, { identity: this, settings: this.#shared.settings, log, signal }),
    );
    if (found !== undefined) return { ...found };
    if (!isPreview || isMissingSetting !== true) throw new Error(problem);
    await this.#tell(`Look-ups find nothing in this preview. ${WOULD_FAIL}: ${problem}`);
    // The engine refuses unknown values here. It returns nothing either when it knows itself that a provider is not
    // configured.
    return { videoId, accountId };
  }

  #tell(message: string): Promise<void> {
    return this.#shared.log({ severity: "info", message, urn: "", ephemeral: false });
  }
}
