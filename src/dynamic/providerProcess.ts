/** What all resources of one provider process share: configuration, sessions, claims, and how operations are run. */
import type { dynamic } from "@pulumi/pulumi";
import { connection, NO_ACCOUNT, type SettingsSource } from "../core/settings";
import type { TransportOptions } from "../core/cloudflare/transport";
import { Claims } from "../core/claims";
import type { Operation } from "../core/operation";
import { type Clock, systemClock } from "../core/clock";
import type { RawInputs } from "../core/inputs/inputFields";
import { onEngineCancel } from "./cancellation";
import { plainError } from "../host/engineErrors";
import { logToEngine } from "../host/engineLog";
import { engineAddress } from "../host/engineProcess";
import { atEngineEnd, attachToEngine, type OperationSettings, runOperation } from "../host/operations";
import { peerClaims } from "../host/peerClaims";
import { PreviewWarnings } from "../host/previewWarnings";
import { notConfigured } from "./pulumiSdk";
import { observeRequestTimeouts } from "./requestTimeouts";
import { type OpenSession, Sessions } from "../host/sessions";

/** For tests and benches: other time, other transport. */
export interface ProviderProcessOptions {
  readonly clock?: Clock;
  readonly transport?: Partial<TransportOptions>;
  readonly env?: SettingsSource["env"];
}

export class ProviderProcess {
  readonly clock: Clock;
  readonly claims: Claims;
  readonly previewWarnings = new PreviewWarnings(logToEngine);
  readonly #sessions: Sessions;
  readonly #env: SettingsSource["env"];
  #settings: SettingsSource | undefined;

  constructor(options: ProviderProcessOptions = {}) {
    this.clock = options.clock ?? systemClock;
    const engine = engineAddress();
    const peers = engine === undefined ? undefined : peerClaims(engine);
    if (peers !== undefined) atEngineEnd(() => peers.leave());
    if (engine !== undefined) observeRequestTimeouts();
    this.claims = new Claims(peers);
    this.#sessions = new Sessions(this.clock, options.transport);
    this.#env = options.env ?? process.env;
  }

  /** Whether the configuration has come. If not when the first operation is called, it never does. */
  get isConfigured(): boolean {
    return this.#settings !== undefined;
  }

  /** @throws Error when the provider was never configured */
  get settings(): SettingsSource {
    if (this.#settings === undefined) throw new Error(notConfigured());
    return this.#settings;
  }

  /** Takes the stack's configuration. Operations may be called at the same moment, so nothing here waits or throws. */
  configure(request: dynamic.ConfigureRequest): void {
    const config = (key: string): string | undefined => {
      const value: unknown = request.config.get(key);
      return typeof value === "string" ? value : undefined;
    };
    this.#settings = { config, env: this.#env };
  }

  /** Connects the process to its engine. Not in the constructor, which runs before the plugin's server has begun to listen. */
  attach(): void {
    attachToEngine(onEngineCancel);
  }

  /** Runs one operation of a resource; see {@link runOperation}. */
  operate<T>(settings: OperationSettings, run: (operation: Operation & OpenSession) => Promise<T>): Promise<T> {
    this.attach();
    const open = () => this.#sessions.for(connection(this.settings));
    return runOperation({ ...settings, clock: this.clock }, open, run);
  }
}

/** The URN that a resource's hidden inputs carry; empty where they have none. */
export function urnOf(inputs: RawInputs): string {
  return typeof inputs.__urn === "string" ? inputs.__urn : "";
}

/** The account in checked inputs; it is missing only where it could not be known, which a preview bears. */
export function requireAccount(inputs: RawInputs): string {
  if (typeof inputs.accountId === "string") return inputs.accountId;
  throw plainError(NO_ACCOUNT);
}
