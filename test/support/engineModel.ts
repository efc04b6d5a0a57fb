/**
 * What Pulumi's engine does with a dynamic provider, as facts about it were seen on the real one: check, diff, create, update, delete in
 * its order, partial results, a state that survives. For tests that need thousands of runs; the real engine has its own.
 */
import { createStreamDownloadProvider, createStreamDownloadsProvider } from "../../src/dynamic/resourceProvider";
import { ProviderProcess, type ProviderProcessOptions } from "../../src/host/providerProcess";

type Props = Record<string, unknown>;

interface Entry {
  readonly id: string;
  readonly inputs: Props;
  readonly outputs: Props;
}

/** The arguments of the resources of a program, by name: a StreamDownloads where there are `videoIds` or `downloads`, else a StreamDownload. */
export type Program = Readonly<Record<string, Props>>;

/** The plugin process dies at a call: before it, or after it has done its work but before the engine hears of it. */
export interface Crash {
  readonly call: number;
  readonly when: "before" | "after";
}

type Provider = ReturnType<typeof createStreamDownloadProvider> | ReturnType<typeof createStreamDownloadsProvider>;

interface Plugin {
  /** The provider of the resource that these inputs belong to. */
  readonly providerFor: (inputs: Props) => Provider;
  readonly call: <T>(run: () => Promise<T>) => Promise<T>;
}

class Crashed extends Error {}

export class EngineModel {
  readonly #options: ProviderProcessOptions;
  readonly #config: Readonly<Record<string, string>>;
  readonly #state = new Map<string, Entry>();
  #replacements = 0;
  /** What the last run printed as errors. */
  errors: string[] = [];

  constructor(config: Readonly<Record<string, string>>, options: ProviderProcessOptions) {
    this.#config = config;
    this.#options = options;
  }

  /** The ids in the state. */
  ids(): string[] {
    return [...this.#state.values()].map(({ id }) => id);
  }

  outputs(name: string): Props | undefined {
    return this.#state.get(name)?.outputs;
  }

  /** Forgets a resource, as `pulumi state delete` does. */
  forget(name: string): void {
    this.#state.delete(name);
  }

  /** Runs `pulumi up`. Returns whether it succeeded. Like the engine's, deletes come last and only when all else went well. */
  async up(program: Program, crash?: Crash): Promise<boolean> {
    const plugin = this.#start(crash);
    for (const [name, args] of Object.entries(program)) {
      await this.#guard(async () => {
        const old = this.#state.get(name);
        const news = { ...args, __provider: "p", __urn: `urn::${name}` };
        const provider = plugin.providerFor(args);
        const checked = await plugin.call(() => provider.check(old?.inputs ?? {}, news));
        if (checked.failures?.length) throw new Error(checked.failures.map(({ reason }) => reason).join());
        let inputs = checked.inputs as Props;
        if (old !== undefined) {
          const diff = await plugin.call(() => provider.diff(old.id, old.outputs, inputs));
          if (diff.changes === false) {
            this.#state.set(name, { ...old, inputs });
            return;
          }
          if (!diff.replaces?.length) {
            await this.#keep(name, inputs, async () => ({
              id: old.id,
              outs: (await plugin.call(() => provider.update(old.id, old.outputs, inputs))).outs as Props,
            }));
            return;
          }
          inputs = (await plugin.call(() => provider.check({}, news))).inputs as Props;
        }
        const created = { ...inputs };
        // A replacement that failed half-way is in the state all the same, beside the old one, which waits to be deleted.
        const pending = `pending delete ${name} ${this.#replacements++}`;
        if (old !== undefined) this.#state.set(pending, old);
        await this.#keep(name, created, () => plugin.call(() => provider.create(created))).catch((error: unknown) => {
          if (this.#state.get(name) === old) this.#state.delete(pending);
          throw error;
        });
      });
    }
    if (this.errors.length > 0) return false;
    const obsolete = [...this.#state.keys()].filter((name) => !(name in program));
    for (const name of obsolete) await this.#delete(plugin, name);
    return this.errors.length === 0;
  }

  async refresh(crash?: Crash): Promise<boolean> {
    const plugin = this.#start(crash);
    for (const [name, entry] of [...this.#state]) {
      await this.#guard(async () => {
        const read = await plugin.call(() => plugin.providerFor(entry.inputs).read(entry.id, entry.outputs));
        if (read.id === "") this.#state.delete(name);
        else this.#state.set(name, { ...entry, outputs: read.props as Props });
      });
    }
    return this.errors.length === 0;
  }

  async destroy(crash?: Crash): Promise<boolean> {
    const plugin = this.#start(crash);
    for (const name of [...this.#state.keys()]) await this.#delete(plugin, name);
    return this.errors.length === 0;
  }

  /** A plugin process lives for one command. */
  #start(crash: Crash | undefined): Plugin {
    this.errors = [];
    const shared = new ProviderProcess(this.#options);
    const [single, library] = [createStreamDownloadProvider(shared), createStreamDownloadsProvider(shared)];
    void single.configure({ config: { get: (key: string) => this.#config[key] } } as never);
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
    return { providerFor: (inputs) => ("videoIds" in inputs || "downloads" in inputs ? library : single), call };
  }

  async #keep(name: string, inputs: Props, run: () => Promise<{ id: string; outs?: Props }>): Promise<void> {
    try {
      const { id, outs } = await run();
      this.#state.set(name, { id, inputs, outputs: outs ?? {} });
    } catch (error) {
      const partial = error as { id?: string; properties?: Props };
      if (partial.id !== undefined)
        this.#state.set(name, { id: partial.id, inputs, outputs: partial.properties ?? {} });
      throw error;
    }
  }

  async #delete(plugin: Plugin, name: string): Promise<void> {
    const entry = this.#state.get(name);
    if (entry === undefined) return;
    await this.#guard(async () => {
      await plugin.call(() => plugin.providerFor(entry.inputs).delete(entry.id, entry.outputs));
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
