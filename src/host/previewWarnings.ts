/** Says in a preview what an update of a resource would miss, as far as only its provider knows. */
import { NO_ACCOUNT, type PreviewMarker, settingsProblems, type SettingsSource } from "../core/settings";
import type { RawInputs } from "../core/inputs/inputFields";
import type { EngineLog } from "./engineLog";

/** One for each provider process: what is missing for many resources is said of the first of them. */
export class PreviewWarnings {
  readonly #told = new Set<string>();
  readonly #log: EngineLog;

  constructor(log: EngineLog) {
    this.#log = log;
  }

  /**
   * Warns of what has not been said yet. The stack's own configuration is known to the program, which has told what is missing there.
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
    const { credentials, baseUrl } = settingsProblems(settings);
    const account = inputs.accountId === undefined ? NO_ACCOUNT : undefined;
    const missing = mark === "own provider" ? [credentials, baseUrl, account] : [account];
    const news = missing.filter((problem) => problem !== undefined && !this.#told.has(problem));
    if (news.length === 0) return;
    for (const problem of news) this.#told.add(problem as string);
    await this.#log({
      // Without credentials, as for a fork's pull request, little else is to be expected.
      severity: credentials === undefined ? "warning" : "info",
      message: `${resource.name}: \`pulumi up\` would fail: ${news.join(" ")}`,
      urn: resource.urn,
      ephemeral: false,
    });
  }
}
