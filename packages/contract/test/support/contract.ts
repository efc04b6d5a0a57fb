/** Runs the contract in the process of a test, on moved time. */
import type { Clock } from "../../src/clock";
import { type ContractOptions, type Report, runContract } from "../../src/run";
import { type Behavior, type Emulator, type EmulatorOptions, startEmulator } from "cloudflare-stream-emulator";
import { ACCOUNT, TOKEN, video } from "../../../../test/support/ids";

/** How long a file is generated: long enough for the looks that tell a curve. */
export const ENCODING_MS = 60_000;

/** The throw-away video, and those in other states. */
export const VIDEO = video(1);
export const UNREADY = video(2);
export const LIVE = video(3);
export const UNUSABLE = video(4);

/** An emulator on time that stands still, with all videos that a run can make use of. */
export async function emulatorFor(behavior: Partial<Behavior> = {}, options: EmulatorOptions = {}): Promise<Emulator> {
  const emulator = await startEmulator({
    now: () => 0,
    encodingMs: ENCODING_MS,
    strict: true,
    tokens: [TOKEN],
    behavior,
    ...options,
  });
  emulator.addVideo({ videoId: VIDEO });
  emulator.addVideo({ videoId: UNREADY, state: "inprogress" });
  emulator.addVideo({ videoId: LIVE, state: "live-inprogress" });
  emulator.addVideo({ videoId: UNUSABLE, state: "error" });
  return emulator;
}

/** The clock of an emulator: whoever waits moves it. */
export function clockOf({ clock }: Pick<Emulator, "clock">): Clock {
  return {
    now: () => clock.now(),
    sleep: async (ms, signal) => {
      signal?.throwIfAborted();
      clock.advance(ms);
    },
  };
}

/** Runs the contract against an emulator. */
export function contractOn(emulator: Emulator, options: Partial<ContractOptions> = {}): Promise<Report> {
  return runContract({
    baseUrl: emulator.baseUrl,
    account: ACCOUNT,
    credentials: { authorization: `Bearer ${TOKEN}` },
    videoId: VIDEO,
    otherVideos: [UNREADY, LIVE, UNUSABLE],
    timeLimitMs: 3_600_000,
    clock: clockOf(emulator),
    ...options,
  });
}

/** What failed of a run, with the reason: nothing, where all is as documented and as the emulator does it. */
export function failuresOf({ findings }: Report): string[] {
  return [...findings.checks]
    .filter(([, { verdict }]) => verdict === "failed")
    .map(([id, { detail }]) => `${id}: ${detail}`);
}
