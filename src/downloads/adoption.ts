/** What a user is told of a download that exists before its resource does. */
import type { DownloadIdentity } from "../core/identity";
import type { Download } from "../stream/download";
import { percentText } from "./progressText";

/** What becomes of it: the resource takes it over, or the update fails. */
export type IfExists = "adopt" | "fail";

/** What checked inputs, or settings, say of it; undefined where they do not. */
export function ifExistsIn(value: unknown): IfExists | undefined {
  return value === "adopt" || value === "fail" ? value : undefined;
}

/** How downloads that exist already are treated. */
export interface Adoption {
  readonly ifExists: IfExists;
  /** Whether this run knows why a download exists: a resource of the stack has it, had it, or has requested it. */
  readonly isExplained: (identity: DownloadIdentity) => boolean;
}

/** Nothing tells this provider of others that have the file, not even where they are removed in the same update. */
export function ifOthersHave(it: "it" | "them"): string {
  return (
    `if another stack has ${it} too, destroying one deletes ${it} for both; ` +
    `if @pulumi/cloudflare has ${it} too, set retainOnDelete there before you remove it there`
  );
}

/** What is said of one that is taken over. Not "adopted": after a rename the file is the stack's own. */
export function adoptedText({ status, percentComplete }: Download, isExplained: boolean): string {
  const what =
    status === "ready"
      ? "the file already exists: it is not generated again, and belongs to this resource"
      : `already requested: generating ${percentText(percentComplete)}`;
  return isExplained ? what : `${what} (${ifOthersHave("it")})`;
}

/** Why one is not taken over. */
export function existsText(): string {
  return (
    'the file exists already, and ifExists is "fail": something else may use it. ' +
    "If a resource of this stack has had it (a rename, a move, --replace), `pulumi up --refresh` finds that out and takes it over. " +
    'To take it over, also after an update that was killed, set ifExists to "adopt" for one update. ' +
    "To use it where it is, look it up instead of declaring it."
  );
}
