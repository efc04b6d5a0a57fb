import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { expect } from "chai";
import { type DownloadType, type Emulator, startEmulator } from "../../packages/emulator/src";
import { ACCOUNT, TOKEN, video } from "../support/ids";
import { type Entry, MODEL_HOSTS, type ModelHost, type Props } from "../support/modelHosts";

/** A resource as an earlier version wrote it into the state, with the arguments of its program. */
interface OldState extends Omit<Entry, "name"> {
  readonly host: keyof typeof MODEL_HOSTS;
  readonly what: string;
  readonly args: Props;
}

/** Written by this package's code before its lifecycle became one for both kinds of resource. */
const STATES = JSON.parse(readFileSync(resolve(__dirname, "../fixtures/states.json"), "utf8")) as OldState[];

/** What an update has to work on, though the program is the same. */
const isUnfinished = ({ what }: OldState) => /in progress|awaiting|failed|partial|warned|secret ids/.test(what);

describe("a state of an earlier version", () => {
  let emulator: Emulator;
  let host: ModelHost;
  beforeEach(async () => {
    emulator = await startEmulator({
      tokens: [TOKEN],
      origin: "https://customer-f33zs165nr7gyfy4.cloudflarestream.com",
      encodingMs: 0,
    });
  });
  afterEach(() => emulator.close());

  /** The files that the state says exist, as they were then; and the process that reads the state. */
  const restore = ({ host: name, inputs, outputs }: OldState) => {
    const settings = { apiToken: TOKEN, accountId: ACCOUNT, baseUrl: emulator.baseUrl };
    const config = Object.entries(settings).flatMap(([key, value]) =>
      ["cloudflare", "cloudflare-stream"].map((namespace) => [`${namespace}:${key}`, value] as const),
    );
    host = MODEL_HOSTS[name](Object.fromEntries(config), {});
    const put = (videoId: string, type: DownloadType, status: string) => {
      if (status === "inprogress") emulator.startDownload(videoId, type);
      else emulator.setDownload(videoId, type, { status: status as "ready", percent: status === "ready" ? 100 : 0 });
    };
    const isAwaited = outputs.__awaiting !== undefined;
    if (typeof outputs.status === "string" && !isAwaited)
      put(String(inputs.videoId), inputs.type as DownloadType, outputs.status);
    for (const table of [outputs.statuses, outputs.urls] as (Record<string, Record<string, string>> | undefined)[]) {
      for (const [videoId, row] of Object.entries(table ?? {}))
        for (const [type, value] of Object.entries(row))
          if (!isAwaited || videoId !== video(3))
            put(videoId, type as DownloadType, value.startsWith("https:") ? "ready" : value);
    }
  };

  for (const state of STATES) {
    const entry: Entry = { ...state, name: state.what.replaceAll(" ", "-") };
    const title = `a state of an earlier version is read as it was meant: ${state.what}, of the ${state.host}`;
    it(title, async () => {
      restore(state);
      const read = await host.read(entry);
      expect(read).to.include.keys("accountId", "waitForReady");
      if (!isUnfinished(state)) expect(read).to.deep.equal(state.outputs);

      const { inputs, failures } = await host.check(entry.name, state.inputs, state.args);
      expect(failures).to.deep.equal([]);
      expect(inputs).to.deep.equal(state.inputs);
      const found = await host.diff(entry, inputs);
      expect(found).to.deep.equal({ isChanged: isUnfinished(state), isReplaced: false });

      const outputs = isUnfinished(state) ? await host.update(entry, { ...inputs, waitForReady: true }) : state.outputs;
      expect(JSON.stringify(outputs)).to.not.match(/inprogress|error/);
      expect(outputs.failures ?? {}).to.deep.equal({});

      // In a process of its own, as `pulumi destroy`.
      restore({ ...state, outputs });
      await host.delete({ ...entry, outputs });
      expect(emulator.files()).to.deep.equal([]);
    });
  }
});
