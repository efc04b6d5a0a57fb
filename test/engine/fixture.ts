/** Emulators and stacks for one test, or for all tests of a suite, ended after it. */
import { type Emulator, type EmulatorOptions, startEmulator } from "../../packages/emulator/src";
import { until } from "../support/until";
import { Stack, type StackOptions } from "./stack";

/** What each request takes by the emulator's clock, and how long a file is made unless a test says otherwise: until the next look. */
const REQUEST_MS = 1000;

/** An encoding that does not end before the test moves the emulator's clock by as much. */
export const FOREVER_MS = 3_600_000;

/** Starts what tests need and clears up behind them. */
export class Fixture {
  readonly #emulators: Emulator[] = [];
  readonly #stacks: Stack[] = [];

  /**
   * Registers the clean-up with mocha. Without an engine the tests are skipped, but never in CI.
   *
   * @param scope `suite`: the tests of a suite are steps of one stack, in their order. Default: each test has its own.
   */
  constructor(scope: "test" | "suite" = "test") {
    const [begin, end] = scope === "test" ? [beforeEach, afterEach] : [before, after];
    begin(function () {
      if (process.env.PULUMI_ENGINE === "missing") this.skip();
    });
    end(async () => {
      for (const stack of this.#stacks.splice(0)) stack.remove();
      await Promise.all(this.#emulators.splice(0).map((emulator) => emulator.close()));
    });
  }

  /** An emulator whose time is moved by requests and by the test alone, so that no outcome hangs on how fast this machine is. */
  async emulator(options: EmulatorOptions = {}): Promise<Emulator> {
    const startedAt = Date.now();
    const emulator = await startEmulator({
      now: () => startedAt,
      encodingMs: REQUEST_MS,
      ...options,
      onRequest: (request) => {
        emulator.clock.advance(REQUEST_MS);
        options.onRequest?.(request);
      },
    });
    this.#emulators.push(emulator);
    return emulator;
  }

  async stack(emulator: Emulator, program: string, options: StackOptions = {}): Promise<Stack> {
    const stack = Stack.create(emulator, program, options);
    this.#stacks.push(stack);
    return stack;
  }
}

/** The requests of an emulator that wrote something, all or those for one video, as `POST default`. */
export function writes(emulator: Emulator, videoId?: string): string[] {
  return emulator.requests
    .filter((request) => request.method !== "GET" && (videoId === undefined || request.videoId === videoId))
    .map((request) => `${request.method} ${request.type}`);
}

/** How many GETs of a video's downloads followed the last POST for it; 0 if there was no POST. */
export function getsAfterPost(emulator: Emulator, videoId: string): number {
  const requests = emulator.requests.filter((request) => request.videoId === videoId);
  const posted = requests.findLastIndex(({ method }) => method === "POST");
  if (posted < 0) return 0;
  return requests.slice(posted).filter(({ operation }) => operation === "listDownloads").length;
}

/** Waits until nothing is under way: for what a process sent before its end, too. */
export async function untilQuiet(emulator: Emulator): Promise<void> {
  // What was sent before is read before this is.
  await fetch(emulator.adminUrl);
  await until(() => emulator.openRequests() === 0);
}
