/** The calls of functions. They share the request budget with the resources of this provider. */
import type * as messages from "@pulumi/pulumi/proto/provider_pb";
import type { LookUpArgs } from "../../downloads/lookUps";
import type { Values } from "../../core/values";
import { WOULD_FAIL } from "../../provider/previewWarnings";
import type { ProviderProcess } from "../../provider/providerProcess";
import { LOOK_UP_TOKEN, VIDEOS_TOKEN } from "./constants";
import { decode, encode } from "./properties";
import { protocol } from "./protocol";

/** A function of the plugin. */
interface PluginFunction {
  readonly lookUpOf: (args: Values) => LookUpArgs;
  /** Whether what is found is secret, by the arguments that are. */
  readonly isSecret: (secrets: ReadonlySet<string>) => boolean;
  /**
   * The result in a preview that lacks a setting. The engine refuses unknown values here. It returns nothing either
   * when it knows itself that a provider is not configured.
   */
  readonly nothing: (args: Values) => Values;
}

const FUNCTIONS: Readonly<Record<string, PluginFunction>> = {
  [LOOK_UP_TOKEN]: {
    lookUpOf: ({ videoId, accountId }) => ({
      call: "getStreamDownloads",
      args: { videoId, accountId: typeof accountId === "string" ? accountId : undefined },
    }),
    isSecret: (secrets) => secrets.has("videoId"),
    nothing: ({ videoId, accountId }) => ({ videoId, accountId }),
  },
  [VIDEOS_TOKEN]: {
    lookUpOf: (args) => ({ call: "getStreamVideos", args }),
    isSecret: (secrets) => secrets.size > 0,
    nothing: ({ accountId }) => ({ accountId, videoIds: [], videos: [] }),
  },
};

export async function invoke(
  shared: ProviderProcess,
  request: messages.InvokeRequest,
): Promise<messages.InvokeResponse> {
  const called = Object.hasOwn(FUNCTIONS, request.getTok()) ? FUNCTIONS[request.getTok()] : undefined;
  if (called === undefined) throw new Error(`there is no function ${request.getTok()} in this version of the plugin`);
  const { values, secrets } = decode(request.getArgs());
  const { InvokeResponse } = protocol();
  const response = new InvokeResponse();
  const found = await find(shared, called, values, request.getPreview());
  response.setReturn(encode(found, new Set(called.isSecret(secrets) ? Object.keys(found) : [])));
  return response;
}

async function find(
  shared: ProviderProcess,
  { lookUpOf, nothing }: PluginFunction,
  args: Values,
  isPreview: boolean,
): Promise<Values> {
  const { found, problem, isMissingSetting } = await shared.lookUp((lookUps, program) =>
    lookUps.result(lookUpOf(args), program),
  );
  if (found !== undefined) return { ...found };
  if (!isPreview || isMissingSetting !== true) throw new Error(problem);
  await shared.note(`Look-ups find nothing in this preview. ${WOULD_FAIL}: ${problem}`);
  return nothing(args);
}
