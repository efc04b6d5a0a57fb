/** The requests of the API, numbered; only the last ones are kept, so that a long run does not fill the memory. */
import type { LoggedRequest } from "./options";

export class RequestLog {
  /** Oldest first. Always the same array. */
  readonly kept: LoggedRequest[] = [];
  readonly #keep: number;
  #number = 0;
  #clearedAt = 0;

  constructor(keep: number) {
    this.#keep = keep;
  }

  /** How many there were since the log was cleared, whether they are kept or not. */
  get count(): number {
    return this.#number - this.#clearedAt;
  }

  add(request: Omit<LoggedRequest, "number">): LoggedRequest {
    this.#number += 1;
    const logged = { number: this.#number, ...request };
    this.kept.push(logged);
    if (this.kept.length > this.#keep) this.kept.shift();
    return logged;
  }

  clear(): void {
    this.kept.length = 0;
    this.#clearedAt = this.#number;
  }
}
