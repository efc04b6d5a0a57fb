/** Emulators and stacks for one test file, ended after each test. */
import { type Emulator, type EmulatorOptions, startEmulator } from "../../src/emulator";
import { Stack, type StackOptions } from "./stack";

/** How long a file is made in engine tests: long enough to be waited for, short enough not to be felt. */
const ENCODING_MS = 300;

/** Starts what a test needs and clears up behind it. */
export class Fixture {
  readonly #emulators: Emulator[] = [];
  readonly #stacks: Stack[] = [];

  /** Registers the clean-up with mocha. Without an engine the tests are skipped, but never in CI. */
  constructor() {
    beforeEach(function () {
      if (process.env.PULUMI_ENGINE === "missing") this.skip();
    });
    afterEach(async () => {
      for (const stack of this.#stacks.splice(0)) stack.remove();
      await Promise.all(this.#emulators.splice(0).map((emulator) => emulator.close()));
    });
  }

  async emulator(options: EmulatorOptions = {}): Promise<Emulator> {
    const emulator = await startEmulator({ encodingMs: ENCODING_MS, ...options });
    this.#emulators.push(emulator);
    return emulator;
  }

  async stack(emulator: Emulator, program: string, options: StackOptions = {}): Promise<Stack> {
    const stack = await Stack.create(emulator, program, options);
    this.#stacks.push(stack);
    return stack;
  }
}

/** The requests of an emulator that wrote something. */
export function writes(emulator: Emulator): string[] {
  return emulator.requests
    .filter((request) => request.method !== "GET")
    .map((request) => `${request.method} ${request.type}`);
}
