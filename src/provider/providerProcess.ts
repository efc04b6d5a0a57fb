/** What all resources of one provider process share: configuration, sessions, claims, and the running of operations. */
import { connection } from "../stream/connection";
import type { ConfigReader, SettingsSource } from "../stream/settings";
import type { TransportOptions } from "../stream/transport";
import { Job } from "../budget/job";
import type { SentPeers } from "../budget/sentLog";
import { type ClaimPeers, Claims } from "../downloads/claims";
import type { Operation } from "../downloads/operation";
import { type Clock, systemClock } from "../core/clock";
import type { ExplicitProvider } from "../core/settingNames";
import { type EngineLog, engineLog } from "./engineLog";
import { watchEngine } from "./engineWatch";
import { limitHeapGrowth, shrinkLargeHeap } from "./heapGrowth";
import { type LookUpProgram, LookUps } from "./lookUp";
import { Operations, type OperationSettings } from "./operations";
import { peerClaims, type PeerFiles } from "./claimFiles";
import { PreviewChecks } from "./previewChecks";
import { PreviewWarnings } from "./previewWarnings";
import { sentFiles } from "./sentFiles";
import { type OpenSession, Sessions } from "./sessions";

/** The engine that a process serves, as its host knows it. */
export interface EngineConnection {
  /** `host:port`. */
  readonly address: string;
  /** Calls its listener when the engine cancels, where the host does not call `cancel` itself. */
  readonly onCancel?: (listener: () => void) => void;
  /** What happens when the engine has died. Default: this process exits. */
  readonly onDeath?: () => void;
}

/** The options of a process. Without an engine, as in tests and benches, it has no peers and its log is discarded. */
export interface ProviderProcessOptions {
  readonly engine?: EngineConnection | undefined;
  /** Default: the engine's other processes. */
  readonly peers?: ClaimPeers;
  /** Where its lines go. Default: to the engine. */
  readonly log?: EngineLog;
  /** The error message of a process that was never configured. */
  readonly notConfigured?: () => string;
  /**
   * Whether this package alone has the process: Pulumi's dynamic provider serves the resources of other packages too.
   * Default false.
   */
  readonly ownsProcess?: boolean;
  readonly clock?: Clock;
  readonly transport?: Partial<TransportOptions>;
  readonly env?: SettingsSource["env"];
}

export class ProviderProcess {
  readonly clock: Clock;
  readonly claims: Claims;
  readonly previewWarnings: PreviewWarnings;
  readonly previewChecks: PreviewChecks;
  readonly log: EngineLog;
  readonly sessions: Sessions;
  /** Of the look-ups and of a preview's checks, which are no operation on a resource. */
  readonly programJob = new Job();
  readonly #engine: EngineConnection | undefined;
  readonly #notConfigured: () => string;
  readonly #peers: PeerFiles | undefined;
  readonly #operations: Operations;
  readonly #lookUps: LookUps;
  readonly #env: SettingsSource["env"];
  readonly #ownsProcess: boolean;
  #isAttached = false;
  #isWarned = false;
  #settings: SettingsSource | undefined;
  #explicit: ExplicitProvider | undefined;
  #runsProgram = false;

  constructor(options: ProviderProcessOptions = {}) {
    this.clock = options.clock ?? systemClock;
    this.#engine = options.engine;
    this.#notConfigured = options.notConfigured ?? (() => "the provider is not configured");
    this.#peers = this.#engine === undefined ? undefined : peerClaims(this.#engine.address);
    this.log = options.log ?? engineLog(this.#engine?.address);
    this.claims = new Claims(options.peers ?? this.#peers);
    this.previewWarnings = new PreviewWarnings(this.log);
    this.previewChecks = new PreviewChecks(this);
    this.#operations = new Operations(this.clock, this.log);
    this.sessions = new Sessions(this.clock, options.transport, (budget) => this.#sentPeers(budget));
    this.#lookUps = new LookUps(this.clock, this.sessions, this.programJob);
    this.#env = options.env ?? process.env;
    this.#ownsProcess = options.ownsProcess ?? false;
  }

  /** The error message of every operation before the configuration arrives. Undefined once it has. */
  get whyNotConfigured(): string | undefined {
    return this.#settings === undefined ? this.#notConfigured() : undefined;
  }

  /** @throws Error when the provider was never configured */
  get settings(): SettingsSource {
    if (this.#settings === undefined) throw new Error(this.#notConfigured());
    return { ...this.#settings, provider: this.#explicit, isOfLastUpdate: () => !this.#runsProgram };
  }

  /**
   * Stores that the program runs, so that the configuration is that of now. `refresh`, `destroy` and what `--refresh`
   * does first run none, and give their processes the configuration of the state.
   */
  noteProgram(): void {
    this.#runsProgram = true;
  }

  /** Stores which provider of the program this process serves; of the stack's own, or where no call tells, none. */
  nameProvider(provider: ExplicitProvider | undefined): void {
    this.#explicit ??= provider;
  }

  /** Stores the configuration. Operations may be called at the same moment, so this neither waits nor throws. */
  configure(config: ConfigReader): void {
    if (this.#ownsProcess && this.#settings === undefined) limitHeapGrowth();
    this.#settings = { config, env: this.#env };
  }

  /**
   * Connects the process to its engine, once. The constructor would be too early: the plugin's server may not listen
   * yet.
   */
  attach(): void {
    if (this.#isAttached || this.#engine === undefined) return;
    this.#isAttached = true;
    this.#engine.onCancel?.(() => this.cancel());
    const { address, onDeath = () => process.exit(1) } = this.#engine;
    watchEngine(address, () => {
      this.#peers?.leave();
      onDeath();
    });
    for (const signal of ["SIGINT", "SIGTERM"] as const) {
      // The engine ends its plugins with these signals. Sent again, now without a listener, the signal has its default
      // effect.
      process.once(signal, () => {
        this.#peers?.leave();
        process.kill(process.pid, signal);
      });
    }
  }

  #sentPeers(budget: string): SentPeers | undefined {
    return this.#engine === undefined ? undefined : sentFiles(budget, this.clock);
  }

  /** Says once that this process knows nothing of the others. */
  async #warnOfPeers(): Promise<void> {
    const folder = this.#peers?.unusableFolder;
    if (folder === undefined || this.#isWarned) return;
    this.#isWarned = true;
    await this.log({ severity: "warning", message: peersUnknown(folder), urn: "", ephemeral: false });
  }

  /**
   * Shows a line to the user.
   *
   * @param urn the resource to whose row it goes. Default: the stack's row
   */
  note(message: string, urn = ""): Promise<void> {
    return this.log({ severity: "info", message, urn, ephemeral: false });
  }

  /** Cancels the running operations. */
  cancel(): void {
    this.#operations.cancel();
  }

  /** Runs what a program asks for beside its resources; see {@link Operations.untilCancelled}. */
  untilCancelled<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    this.attach();
    this.noteProgram();
    return this.#operations.untilCancelled(work);
  }

  /** Looks up, until it is cancelled, with the settings of this process. */
  lookUp<T>(work: (lookUps: LookUps, program: LookUpProgram) => Promise<T>): Promise<T> {
    const log = (message: string) => void this.note(message);
    return this.untilCancelled((signal) =>
      work(this.#lookUps, { identity: this, settings: this.settings, log, signal }),
    );
  }

  /** Runs one operation of a resource; see {@link Operations.run}. */
  async operate<T>(settings: OperationSettings, work: (operation: Operation & OpenSession) => Promise<T>): Promise<T> {
    this.attach();
    await this.#warnOfPeers();
    try {
      return await this.#operations.run(settings, () => this.sessions.for(connection(this.settings)), work);
    } finally {
      // What follows is the message with the outputs.
      if (this.#ownsProcess) shrinkLargeHeap();
    }
  }
}

function peersUnknown(folder: string): string {
  return (
    `${folder} cannot be used, by which the provider processes of an update tell each other which files they need: one that moves to a resource ` +
    "with another provider may be deleted, and generated again later. It must be a folder that only this user may write to: remove what is there, or set TMPDIR."
  );
}
