/**
 * What Pulumi's engine does with a provider, as facts about it were seen on the real one: check, diff, create, update, delete in
 * its order, partial results, a state that survives. For tests that need thousands of runs; the real engine has its own.
 */
import type { ProviderProcessOptions } from "../../src/provider/providerProcess";
import type { ProviderKind } from "../../src/downloads/call";
import { type Entry, MODEL_HOSTS, type ModelHost, type Props, type StartHost } from "./modelHosts";

/** The arguments of the resources of a program, by name: a StreamDownloads where there are `videoIds` or `downloads`, else a StreamDownload. */
export type Program = Readonly<Record<string, Props>>;

/** The plugin process dies at a call: before it, or after it has done its work but before the engine hears of it. */
export interface Crash {
  readonly call: number;
  readonly when: "before" | "after";
}

/** How `pulumi up` runs. */
export interface UpOptions {
  readonly crash?: Crash | undefined;
  /** `--continue-on-error`: what is obsolete is deleted although something failed. */
  readonly continueOnError?: boolean;
  /** The resources that are skipped, because they depend on one of another package, which fails. */
  readonly skipped?: readonly string[];
  /** How they are skipped: after their check and diff, or (since 3.274) before. Default `"asked"`. */
  readonly skips?: "asked" | "unasked";
}

/** A running provider process. */
interface Running {
  readonly host: ModelHost;
  readonly call: <T>(run: () => Promise<T>) => Promise<T>;
}

class Crashed extends Error {}

export class EngineModel {
  readonly #options: ProviderProcessOptions;
  #config: Readonly<Record<string, string>>;
  readonly #startHost: StartHost;
  readonly #state = new Map<string, Entry>();
  #replacements = 0;
  /** What the last run printed as errors. */
  errors: string[] = [];

  constructor(
    config: Readonly<Record<string, string>>,
    options: ProviderProcessOptions,
    startHost: StartHost = MODEL_HOSTS["dynamic provider"],
  ) {
    this.#config = config;
    this.#options = options;
    this.#startHost = startHost;
  }

  /** Changes the configuration for the runs that follow. */
  configure(config: Readonly<Record<string, string>>): void {
    this.#config = { ...this.#config, ...config };
  }

  /** The ids in the state. */
  ids(): string[] {
    return [...this.#state.values()].map(({ id }) => id);
  }

  /** The outputs of all resources in the state, those that wait to be deleted included. */
  allOutputs(): Props[] {
    return [...this.#state.values()].map(({ outputs }) => outputs);
  }

  outputs(name: string): Props | undefined {
    return this.#state.get(name)?.outputs;
  }

  /** Forgets a resource, as `pulumi state delete` does. */
  forget(name: string): void {
    this.#state.delete(name);
  }

  /** Runs `pulumi up`. Returns whether it succeeded. Like the engine's, deletes come last and, unless told otherwise, only when all else went well. */
  async up(
    program: Program,
    { crash, continueOnError = false, skipped = [], skips = "asked" }: UpOptions = {},
  ): Promise<boolean> {
    const { host, call } = this.#start(crash);
    if (skipped.length > 0) this.errors.push("a resource of another package failed");
    let isRefused = false;
    for (const [name, args] of Object.entries(program)) {
      // A wrong argument ends the update, also with `--continue-on-error`.
      if (isRefused) break;
      await this.#guard(async () => {
        const old = this.#state.get(name);
        if (skips === "unasked" && skipped.includes(name)) {
          await call(() => host.skip(name, old, args));
          return;
        }
        const checked = await call(() => host.check(name, old?.inputs ?? {}, args));
        if (checked.failures.length > 0) {
          isRefused = true;
          throw new Error(checked.failures.join());
        }
        let { inputs } = checked;
        const isSkipped = skipped.includes(name);
        if (isSkipped && old === undefined) return;
        if (old !== undefined) {
          const { isChanged, isReplaced } = await call(() => host.diff(old, inputs));
          if (isSkipped) return;
          if (!isChanged) {
            this.#state.set(name, { ...old, inputs });
            return;
          }
          if (!isReplaced) {
            await this.#keep(name, inputs, async () => ({
              id: old.id,
              outputs: await call(() => host.update(old, inputs)),
            }));
            return;
          }
          inputs = (await call(() => host.check(name, {}, args))).inputs;
        }
        const created = { ...inputs };
        // A replacement that failed half-way is in the state all the same, beside the old one, which waits to be deleted.
        const pending = `pending delete ${name} ${this.#replacements++}`;
        if (old !== undefined) this.#state.set(pending, old);
        await this.#keep(name, created, () => call(() => host.create(name, created))).catch((error: unknown) => {
          if (this.#state.get(name) === old) this.#state.delete(pending);
          throw error;
        });
      });
    }
    if (isRefused || (this.errors.length > 0 && !continueOnError)) return false;
    const obsolete = [...this.#state.keys()].filter((name) => !(name in program));
    for (const name of obsolete) await this.#delete({ host, call }, name);
    return this.errors.length === 0;
  }

  /** Runs `pulumi preview`. Nothing that the program no longer declares is asked about. */
  async preview(program: Program, provider: ProviderKind = "default"): Promise<void> {
    const { host } = this.#start(undefined);
    for (const [name, args] of Object.entries(program)) {
      const old = this.#state.get(name);
      const { inputs, failures } = await host.check(name, old?.inputs ?? {}, args, provider);
      if (failures.length > 0) throw new Error(failures.join());
      if (old === undefined) await host.preview(name, undefined, inputs);
      else {
        const { isChanged, isReplaced } = await host.diff(old, inputs);
        if (isReplaced) await host.preview(name, undefined, (await host.check(name, {}, args, provider)).inputs);
        else if (isChanged) await host.preview(name, old, inputs);
      }
    }
  }

  async refresh(crash?: Crash): Promise<boolean> {
    const { host, call } = this.#start(crash);
    for (const [name, entry] of [...this.#state]) {
      await this.#guard(async () => {
        const outputs = await call(() => host.read(entry));
        if (outputs === undefined) this.#state.delete(name);
        else this.#state.set(name, { ...entry, outputs });
      });
    }
    return this.errors.length === 0;
  }

  async destroy(crash?: Crash): Promise<boolean> {
    const running = this.#start(crash);
    for (const name of [...this.#state.keys()]) await this.#delete(running, name);
    return this.errors.length === 0;
  }

  /** A plugin process lives for one command. */
  #start(crash: Crash | undefined): Running {
    this.errors = [];
    const host = this.#startHost(this.#config, this.#options);
    let calls = 0;
    let dead = false;
    const call = async <T>(run: () => Promise<T>): Promise<T> => {
      calls += 1;
      if (dead || (crash?.call === calls && crash.when === "before")) {
        dead = true;
        throw new Crashed("the plugin is gone");
      }
      const result = run();
      if (crash?.call === calls) {
        await result.catch(() => undefined);
        dead = true;
        throw new Crashed("the plugin is gone");
      }
      return result;
    };
    return { host, call };
  }

  async #keep(name: string, inputs: Props, run: () => Promise<{ id: string; outputs: Props }>): Promise<void> {
    try {
      this.#state.set(name, { name, inputs, ...(await run()) });
    } catch (error) {
      const partial = error as { id?: string; properties?: Props };
      if (partial.id !== undefined)
        this.#state.set(name, { name, id: partial.id, inputs, outputs: partial.properties ?? {} });
      throw error;
    }
  }

  async #delete({ host, call }: Running, name: string): Promise<void> {
    const entry = this.#state.get(name);
    if (entry === undefined) return;
    await this.#guard(async () => {
      await call(() => host.delete(entry));
      this.#state.delete(name);
    });
  }

  async #guard(run: () => Promise<void>): Promise<void> {
    try {
      await run();
    } catch (error) {
      this.errors.push((error as Error).message);
    }
  }
}
