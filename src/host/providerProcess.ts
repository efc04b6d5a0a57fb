/** What all resources of one provider process share: configuration, sessions, claims, and the running of operations. */
import { type ConfigReader, connection, NO_ACCOUNT, type SettingsSource } from "../core/settings";
import type { TransportOptions } from "../core/cloudflare/transport";
import { Claims } from "../core/claims";
import type { Operation } from "../core/operation";
import { type Clock, systemClock } from "../core/clock";
import type { RawInputs } from "../core/inputs/inputFields";
import { type EngineLog, engineLog } from "./engineLog";
import { watchEngine } from "./engineWatch";
import { plainError } from "./hostErrors";
import { Operations, type OperationSettings } from "./operations";
import { peerClaims, type PeerFiles } from "./peerClaims";
import { PreviewWarnings } from "./previewWarnings";
import { type OpenSession, Sessions } from "./sessions";

/** The engine that a process serves, as its host knows it. */
export interface EngineConnection {
  /** `host:port`. */
  readonly address: string;
  /** Calls its listener when the engine asks to cancel; how a process hears of it depends on the host. */
  readonly onCancel: (listener: () => void) => void;
}

/** What a process runs with. Without an engine, as in tests and benches, it has no peers and what it says goes nowhere. */
export interface ProviderProcessOptions {
  readonly engine?: EngineConnection | undefined;
  /** Why nothing is done where no configuration comes. */
  readonly notConfigured?: () => string;
  readonly clock?: Clock;
  readonly transport?: Partial<TransportOptions>;
  readonly env?: SettingsSource["env"];
}

export class ProviderProcess {
  readonly claims: Claims;
  readonly previewWarnings: PreviewWarnings;
  readonly log: EngineLog;
  readonly #engine: EngineConnection | undefined;
  readonly #notConfigured: () => string;
  readonly #peers: PeerFiles | undefined;
  readonly #operations: Operations;
  readonly #sessions: Sessions;
  readonly #env: SettingsSource["env"];
  #isAttached = false;
  #settings: SettingsSource | undefined;

  constructor(options: ProviderProcessOptions = {}) {
    const clock = options.clock ?? systemClock;
    this.#engine = options.engine;
    this.#notConfigured = options.notConfigured ?? (() => "the provider is not configured");
    this.#peers = this.#engine === undefined ? undefined : peerClaims(this.#engine.address);
    this.log = engineLog(this.#engine?.address);
    this.claims = new Claims(this.#peers);
    this.previewWarnings = new PreviewWarnings(this.log);
    this.#operations = new Operations(clock, this.log);
    this.#sessions = new Sessions(clock, options.transport);
    this.#env = options.env ?? process.env;
  }

  /** Why nothing can be done; undefined once the configuration has come. */
  get whyNotConfigured(): string | undefined {
    return this.#settings === undefined ? this.#notConfigured() : undefined;
  }

  /** @throws Error when the provider was never configured */
  get settings(): SettingsSource {
    if (this.#settings === undefined) throw new Error(this.#notConfigured());
    return this.#settings;
  }

  /** Takes the configuration. Operations may be called at the same moment, so nothing here waits or throws. */
  configure(config: ConfigReader): void {
    this.#settings = { config, env: this.#env };
  }

  /** Connects the process to its engine, once. Not in the constructor, which may run before the plugin's server has begun to listen. */
  attach(): void {
    if (this.#isAttached || this.#engine === undefined) return;
    this.#isAttached = true;
    this.#engine.onCancel(() => this.#operations.cancel());
    watchEngine(this.#engine.address, () => process.exit(1));
    for (const signal of ["SIGINT", "SIGTERM"] as const) {
      // So the engine ends its plugins. Without a listener the signal does again what it does by itself.
      process.once(signal, () => {
        this.#peers?.leave();
        process.kill(process.pid, signal);
      });
    }
  }

  /** Runs one operation of a resource; see {@link Operations.run}. */
  operate<T>(settings: OperationSettings, work: (operation: Operation & OpenSession) => Promise<T>): Promise<T> {
    this.attach();
    return this.#operations.run(settings, () => this.#sessions.for(connection(this.settings)), work);
  }
}

/** The URN in a resource's hidden inputs, or an empty string. */
export function urnOf(inputs: RawInputs): string {
  return typeof inputs.__urn === "string" ? inputs.__urn : "";
}

/**
 * The account in checked inputs.
 *
 * @throws Error when it is missing, which a preview tolerates and an update does not
 */
export function requireAccount(inputs: RawInputs): string {
  if (typeof inputs.accountId === "string") return inputs.accountId;
  throw plainError(NO_ACCOUNT);
}
