/** What comes before every operation: credentials, the request budget, and the headers that each response carries. */
import { authenticate, type Credentials } from "./authentication";
import { failure, type Reply } from "./envelope";
import type { Behavior, EmulatorOptions } from "./options";
import { RateLimit } from "./rateLimit";

/** A request as the gateway sees it. */
export interface Visit {
  readonly credentials: Credentials;
  readonly writes: boolean;
  /** The client's address. */
  readonly address: string;
  readonly now: number;
}

/** What the gateway decides about a request. */
interface Admission {
  /** The headers of any response. */
  readonly headers: Readonly<Record<string, string>>;
  /** The response that refuses the request; undefined if it may proceed. */
  readonly refusal?: Reply;
}

const SECOND_MS = 1000;
const TOO_MANY = { status: 429, code: 971, message: "Please wait and consider throttling your request speed" };

export class Gateway {
  /** Undefined where there is no limit. */
  readonly rateLimit: RateLimit | undefined;
  readonly #perSecond: RateLimit | undefined;
  readonly #options: EmulatorOptions;
  #rays = 0;

  constructor(options: EmulatorOptions) {
    this.#options = options;
    this.rateLimit = options.rateLimit === false ? undefined : new RateLimit(options.rateLimit ?? {});
    const { requestsPerSecond: quota } = options;
    if (quota !== undefined) this.#perSecond = new RateLimit({ quota, windowMs: SECOND_MS, blockMs: SECOND_MS });
  }

  /** Admits or refuses a request. It is counted either way: for its user or, if that is not known, for its address. */
  admit(visit: Visit, behavior: Behavior): Admission {
    const limited = this.#perSecond?.request(visit.address, visit.now);
    if (limited?.limited === true) {
      const headers = { ...this.headers(visit, behavior), "retry-after": "1" };
      return { headers, refusal: failure(TOO_MANY, behavior) };
    }
    const authentication = this.#authenticate(visit, behavior);
    const user = "user" in authentication ? authentication.user : visit.address;
    const budget = this.rateLimit?.request(user, visit.now);
    const headers = { ...budget?.headers, ...this.#ray() };
    if ("refusal" in authentication) return { headers, refusal: authentication.refusal };
    return budget?.limited === true ? { headers, refusal: failure(TOO_MANY, behavior) } : { headers };
  }

  /** The headers of a response to a request that is not carried out. It is not counted. */
  headers(visit: Visit, behavior: Behavior): Readonly<Record<string, string>> {
    const authentication = this.#authenticate(visit, behavior);
    const user = "user" in authentication ? authentication.user : visit.address;
    return { ...this.rateLimit?.peek(user, visit.now).headers, ...this.#ray() };
  }

  #authenticate({ credentials, writes }: Visit, behavior: Behavior) {
    return authenticate(credentials, writes, this.#options, behavior);
  }

  #ray(): Record<string, string> {
    this.#rays += 1;
    return { "cf-ray": `${this.#rays.toString(16).padStart(16, "0")}-EMU` };
  }
}
