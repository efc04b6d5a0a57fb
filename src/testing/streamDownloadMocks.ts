/**
 * Pulumi mocks for this package's resources and look-ups, which behave like Cloudflare once the files are generated.
 */
import * as pulumi from "@pulumi/pulumi";
import { defaultAccountId } from "../stream/settings";
import { Claims } from "../downloads/claims";
import { checkInputs } from "../downloads/check";
import type { Face } from "../downloads/face";
import { Library } from "../downloads/library";
import { libraryFace } from "../downloads/libraryFace";
import { singleFace } from "../downloads/singleFace";
import { callWith, givenIn } from "../downloads/hiddenKeys";
import {
  DOWNLOAD_TYPES,
  DOWNLOADS_BY_TYPE,
  type DownloadType,
  formatId,
  isDownloadType,
  parseId,
} from "../core/identity";
import { NAMESPACE } from "../core/settingNames";
import type { Values } from "../core/values";
import {
  GET_STREAM_DOWNLOADS,
  type GetStreamDownloadsResult,
  type StreamDownloadInfo,
} from "../program/getStreamDownloads";
import { GET_STREAM_VIDEOS } from "../program/getStreamVideos";
import { StreamDownload } from "../program/singleResource";
import { StreamDownloads } from "../program/libraryResource";
import { isPlainObject, kindOf } from "../program/wrongValues";
import { listVideos, type MockedVideo } from "./mockedVideos";
import { plainInputs } from "./plainInputs";

/** The account of tests that do not configure one. */
const ACCOUNT_ID = "023e105f4ecef8ad9ca31a8372d0c353";

/** A download that the program under test declares or looks up. */
export interface MockedDownload {
  /** 32 lower-case hexadecimal characters. */
  readonly accountId: string;
  /** 32 lower-case hexadecimal characters. */
  readonly videoId: string;
  /** `default` is the MP4, `audio` the audio alone. */
  readonly type: DownloadType;
}

/** The options of {@link streamDownloadMocks}. */
export interface StreamDownloadMocksOptions {
  /**
   * The status of a download.
   * @default () => "ready"
   */
  readonly status?: ((download: MockedDownload) => "ready" | "inprogress" | "error") | undefined;
  /**
   * Which types `getStreamDownloads` finds.
   * @default () => true, for both
   */
  readonly exists?: ((download: MockedDownload) => boolean) | undefined;
  /**
   * The videos that `getStreamVideos` lists, as far as its arguments name them.
   * @default none
   */
  readonly videos?: readonly MockedVideo[] | undefined;
  /**
   * Whether arguments are rejected as in a preview: malformed ids, two resources with the same download. Turn it off if
   * the videos' ids come from the mocks of another package, which invents them.
   * @default true
   */
  readonly check?: boolean | undefined;
  /**
   * The mocks for all other resources and calls.
   * @default a resource has the id `<name>-id` and its inputs as its state; a call returns its arguments
   */
  readonly otherwise?: Partial<pulumi.runtime.Mocks> | undefined;
}

/** The mocks, and what the program under test has declared so far. */
export interface StreamDownloadMocks extends pulumi.runtime.Mocks {
  /**
   * Every download of a StreamDownload or a StreamDownloads, in the order of declaration. Those of `StreamDownload.get`
   * are not included.
   */
  readonly declared: readonly MockedDownload[];
  /** Empties `declared`, so that the next test may declare the same downloads. */
  reset(): void;
  /**
   * Runs a part of a program and collects what a preview would reject, one message for each rejected resource.
   * Meanwhile nothing fails: a rejected resource has the outputs that it would have with `check: false`.
   *
   * @param run declares resources; if it returns a promise, that is awaited, and so is every registration
   * @throws what `run` throws
   * @example
   * const [refusal] = await mocks.refusals(() => new StreamDownload("trailer", { videoId: "no-id" }));
   * // the resource "trailer": videoId: must be …
   */
  refusals(run: () => unknown): Promise<string[]>;
}

/**
 * Creates mocks for `pulumi.runtime.setMocks`. Downloads are ready at once and have URLs in Cloudflare's form. No
 * request is sent and no credentials are needed; the account is that of the resource's `StreamProvider`,
 * else the configured one, else an example.
 *
 * @throws Error from the declaration of a resource, when `check` is on and a preview would reject its arguments
 * @example
 * const mocks = streamDownloadMocks();
 * await pulumi.runtime.setMocks(mocks);
 * const { url } = await import("./index.js");
 * // url: https://customer-023e105f4ecef8ad.cloudflarestream.com/ea95132c15732412d22c1476fa83f27a/downloads/default.mp4
 */
export function streamDownloadMocks(options: StreamDownloadMocksOptions = {}): StreamDownloadMocks {
  checkMocksOptions(options);
  const { status = () => "ready", exists = () => true, videos = [], check = true, otherwise = {} } = options;
  const declared: MockedDownload[] = [];
  let claims = new Claims();
  let collected: string[] | undefined;
  /** The account of each StreamProvider, by its name. */
  const accounts = new Map<string, string>();

  /** The inputs with their defaults, as the provider's check returns them. */
  const accepted = (face: Face, { name, inputs, provider = "" }: pulumi.runtime.MockResourceArgs): Values => {
    const { args, secrets } = givenIn(face, inputs as Values);
    const call = { ...callWith(inputs as Values), secrets };
    const { inputs: checked, failures } = checkInputs(face, call, {}, args, {
      defaultAccountId: () => accounts.get(providerName(provider)) ?? accountId(),
      claims,
    });
    if (failures.length === 0 || !check) return checked;
    const reasons = failures.map(({ property, reason }) => (property === "" ? reason : `${property}: ${reason}`));
    const refusal = `the resource "${name}": ${reasons.join("; ")}`;
    if (collected === undefined) throw new Error(refusal);
    collected.push(refusal);
    return checked;
  };

  const infoOf = (download: MockedDownload): StreamDownloadInfo => {
    const current = status(download);
    if (current === "ready") return { status: current, percentComplete: 100, url: urlOf(download) };
    return { status: current, percentComplete: current === "inprogress" ? 50 : 0 };
  };

  const newDownload = (args: pulumi.runtime.MockResourceArgs): pulumi.runtime.MockResourceResult => {
    const { id } = args;
    if (id !== undefined && id !== "") {
      const identity = parseId(id);
      return { id, state: { ...(args.inputs as Values), ...identity, waitForReady: true, ...infoOf(identity) } };
    }
    const checked = accepted(singleFace, args);
    const identity = { accountId: accountOf(checked), videoId: String(checked.videoId), type: typeOf(checked.type) };
    declared.push(identity);
    return { id: formatId(identity), state: { ...checked, ...identity, ...infoOf(identity) } };
  };

  const newDownloads = (args: pulumi.runtime.MockResourceArgs): pulumi.runtime.MockResourceResult => {
    const checked = accepted(libraryFace, args);
    const accountId = accountOf(checked);
    const library = new Library();
    for (const item of itemsOf(checked)) {
      const download = { accountId, ...item };
      declared.push(download);
      const { url, ...state } = infoOf(download);
      library.record(download, url === undefined ? state : { ...state, url });
      if (state.status === "error") library.recordFailure(download, "Cloudflare could not generate the file");
    }
    const outputs = libraryFace.outputsOf(library, { ...checked, accountId });
    return { id: `${accountId}/${args.name}`, state: { ...checked, ...outputs } };
  };

  const lookUp = (args: Values): GetStreamDownloadsResult => {
    const found: GetStreamDownloadsResult = { videoId: String(args.videoId), accountId: accountOf(args) };
    for (const type of DOWNLOAD_TYPES) {
      const download = { accountId: found.accountId, videoId: found.videoId, type };
      if (exists(download)) found[type] = infoOf(download);
    }
    return found;
  };

  return {
    declared,
    reset() {
      declared.length = 0;
      claims = new Claims();
      accounts.clear();
    },
    async refusals(run) {
      if (typeof run !== "function") throw new Error(`refusals: it runs a function; got ${kindOf(run)}`);
      const refusals: string[] = [];
      collected = refusals;
      try {
        await run();
        await everyRegistration();
      } finally {
        collected = undefined;
      }
      return refusals;
    },
    newResource(args) {
      const inputs = plainInputs(args.inputs);
      if (args.type === StreamDownload.engineType) return newDownload({ ...args, inputs });
      if (args.type === StreamDownloads.engineType) return newDownloads({ ...args, inputs });
      if (args.type === "pulumi:providers:pulumi-nodejs") {
        const account = inputs[`${NAMESPACE}:accountId`];
        if (typeof account === "string") accounts.set(args.name, account);
      }
      return otherwise.newResource?.(args) ?? { id: args.id || `${args.name}-id`, state: args.inputs as Values };
    },
    call(args) {
      const inputs = plainInputs(args.inputs);
      if (args.token === GET_STREAM_DOWNLOADS) return lookUp(inputs);
      if (args.token === GET_STREAM_VIDEOS) return listVideos(videos, accountOf(inputs), inputs);
      return otherwise.call?.(args) ?? (args.inputs as Record<string, unknown>);
    },
  };
}

/** @throws Error where an option cannot be what it should be, which JavaScript lets through */
function checkMocksOptions(options: unknown): void {
  if (!isPlainObject(options))
    throw new Error(`streamDownloadMocks: its options must be an object; got ${kindOf(options)}`);
  const types = {
    status: "a function",
    exists: "a function",
    videos: "a list",
    check: "a boolean",
    otherwise: "an object",
  };
  for (const [name, type] of Object.entries(types)) {
    const value = options[name];
    if (value !== undefined && kindOf(value) !== type)
      throw new Error(`streamDownloadMocks: the option ${name} must be ${type}; got ${kindOf(value)}`);
  }
}

/** Waits as Pulumi itself does at the end of a program. The SDK exports the function without its type. */
function everyRegistration(): Promise<void> {
  return (pulumi.runtime as unknown as { waitForRPCs(): Promise<void> }).waitForRPCs();
}

function accountId(): string {
  return defaultAccountId({ config: (key) => pulumi.runtime.getConfig(key), env: process.env }) ?? ACCOUNT_ID;
}

/** The name of a provider in a reference to it: `<urn>::<id>`. */
function providerName(reference: string): string {
  return reference.split("::").slice(3, -1).join("::");
}

function accountOf(inputs: Values): string {
  return typeof inputs.accountId === "string" ? inputs.accountId : accountId();
}

function typeOf(type: unknown): MockedDownload["type"] {
  return isDownloadType(type) ? type : "default";
}

/**
 * The downloads that a StreamDownloads declares, including those with malformed ids, which `check: false` lets pass.
 */
function itemsOf({ downloads, videoIds, types }: Values): Omit<MockedDownload, "accountId">[] {
  const given = Array.isArray(downloads) ? (downloads as Values[]) : [];
  const listed = given.map(({ videoId, type }) => ({ videoId: String(videoId), type: typeOf(type) }));
  const ids: unknown[] = Array.isArray(videoIds) ? videoIds : [];
  const ofEach: unknown[] = Array.isArray(types) ? types : ["default"];
  return [...listed, ...ids.flatMap((id) => ofEach.map((type) => ({ videoId: String(id), type: typeOf(type) })))];
}

/** A URL in Cloudflare's form, with a customer code derived from the account id. */
function urlOf({ accountId: account, videoId, type }: MockedDownload): string {
  return `https://customer-${account.slice(0, 16)}.cloudflarestream.com/${videoId}/downloads/${DOWNLOADS_BY_TYPE[type].fileName}`;
}
