/**
 * Says in a preview which settings an update would lack. Only the provider's process can: it has the configuration and
 * the environment that the resources' requests use, and the program's process may have others. A preview never fails
 * for lack of settings, so that pull requests from forks can be previewed without secrets.
 */
import type { ProviderKind } from "../downloads/call";
import { inOneMessage, lackOf, settingsProblems } from "../stream/connection";
import { noAccount, type SettingsSource } from "../stream/settings";
import type { Values } from "../core/values";
import type { EngineLog } from "./engineLog";

/** One that has nothing to do sends no request. */
export const WOULD_FAIL = "`pulumi up` would fail if it had to send a request";

/** One for each provider process: a setting that many resources lack is reported for the first of them. */
export class PreviewWarnings {
  readonly #reported = new Set<string>();
  readonly #log: EngineLog;

  constructor(log: EngineLog) {
    this.#log = log;
  }

  /**
   * Reports what has not been reported yet.
   *
   * @param mark whose settings the resource has: what the stack's own lack is reported on the stack's row
   * @param inputs the resource's inputs after the check
   * @param urn the resource, to whose row it goes
   */
  async warn(mark: ProviderKind, inputs: Values, settings: SettingsSource, urn: string): Promise<void> {
    const { credentials, ...others } = settingsProblems(settings);
    const account = inputs.accountId === undefined ? noAccount(settings) : undefined;
    const isOwn = mark === "explicit";
    if (!isOwn) await this.#warnOfStack(settings);
    const missing = isOwn ? [credentials, ...Object.values(others), account] : [account];
    const news = missing.filter((problem) => problem !== undefined && !this.#reported.has(problem));
    if (news.length === 0) return;
    for (const problem of news) this.#reported.add(problem as string);
    await this.#log({
      // Without credentials, as in a fork's pull request, it is expected and only worth an info.
      severity: credentials === undefined ? "warning" : "info",
      message: `${WOULD_FAIL}: ${inOneMessage(news)}`,
      urn,
      ephemeral: false,
    });
  }

  /**
   * Reports that look-ups are unknown.
   *
   * @param problem why the first of them failed
   */
  async warnOfLookUps(mark: ProviderKind, settings: SettingsSource, problem: string): Promise<void> {
    const isSaid = mark === "default" && (await this.#warnOfStack(settings));
    if (!isSaid) await this.#reportInPreview("Look-ups are unknown", problem);
  }

  /** Reports what the stack's own settings lack. Returns whether they lack anything. */
  async #warnOfStack(settings: SettingsSource): Promise<boolean> {
    const problems = settingsProblems(settings);
    const lack = lackOf(problems);
    if (lack === undefined) return false;
    const leavesOut = `${lack}: compared with the state only; look-ups are unknown`;
    await this.#reportInPreview(leavesOut, inOneMessage(Object.values(problems)));
    return true;
  }

  /** Reports once, on the stack's row, what a preview leaves out and why an update would fail. */
  async #reportInPreview(leavesOut: string, problem: string | undefined): Promise<void> {
    if (this.#reported.has(leavesOut)) return;
    this.#reported.add(leavesOut);
    const message = `${leavesOut}. ${WOULD_FAIL}: ${problem}`;
    await this.#log({ severity: "info", message, urn: "", ephemeral: false });
  }
}
