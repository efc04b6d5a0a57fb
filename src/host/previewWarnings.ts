/** Warns in a preview about settings that an update would lack and that only the provider process can check. */
import { NO_ACCOUNT, type PreviewMarker, settingsProblems, type SettingsSource } from "../core/settings";
import type { RawInputs } from "../core/inputs/inputFields";
import type { EngineLog } from "./engineLog";

/** For resources whose provider the program declares. */
const OWN_SETTINGS = "Its provider takes its own arguments and the environment, not the stack's configuration.";

/** One for each provider process: a setting that many resources lack is reported for the first of them. */
export class PreviewWarnings {
  readonly #reported = new Set<string>();
  readonly #log: EngineLog;

  constructor(log: EngineLog) {
    this.#log = log;
  }

  /**
   * Reports what has not been reported yet. The program itself reports what the stack's own configuration lacks.
   *
   * @param mark whose settings the resource has
   * @param inputs the resource's inputs after the check
   * @param resource its name and URN
   */
  async warn(
    mark: PreviewMarker,
    inputs: RawInputs,
    settings: SettingsSource,
    resource: { readonly name: string; readonly urn: string },
  ): Promise<void> {
    const { credentials, baseUrl, quota, userAgent } = settingsProblems(settings);
    const account = inputs.accountId === undefined ? NO_ACCOUNT : undefined;
    const isOwn = mark === "own provider";
    const missing = isOwn ? [credentials, baseUrl, quota, userAgent, account] : [account];
    const news = missing.filter((problem) => problem !== undefined && !this.#reported.has(problem));
    if (news.length === 0) return;
    for (const problem of news) this.#reported.add(problem as string);
    await this.#log({
      // Without credentials, as in a fork's pull request, it is expected and only worth an info.
      severity: credentials === undefined ? "warning" : "info",
      message: `${resource.name}: \`pulumi up\` would fail: ${[...news, ...(isOwn ? [OWN_SETTINGS] : [])].join(" ")}`,
      urn: resource.urn,
      ephemeral: false,
    });
  }
}
