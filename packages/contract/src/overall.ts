/** What all responses of a run show together. */
import type { Context } from "./context";
import { fieldsOf, succeeded } from "./reading";

export function overall({ client, findings, percentFormats, urlsInProgress }: Context): void {
  const { responses } = client;
  const statuses = responses.filter(({ observed }) => succeeded(observed)).map(({ observed }) => observed.status);
  if (statuses.length > 0) {
    const others = statuses.filter((status) => status !== 200);
    findings.check(
      "successStatus",
      others.map((status) => `status ${status}`),
    );
  }
  const without = (names: readonly string[], onlyAuthorized: boolean) => {
    // A server error may come from something in front of the API.
    const fromApi = responses.filter(
      ({ authorized, observed }) => observed.status < 500 && (authorized || !onlyAuthorized),
    );
    const lacking = fromApi.filter(({ observed }) => names.some((name) => !observed.headers.has(name)));
    return lacking.length === 0 ? [] : [`missing on ${lacking.length} of ${fromApi.length} responses`];
  };
  if (responses.length > 0) {
    findings.check("rateLimitHeaders", without(["ratelimit", "ratelimit-policy"], true));
    findings.check("ray", without(["cf-ray"], false));
  }
  const envelopes = responses.flatMap(({ observed }) => {
    const envelope = fieldsOf(observed.body);
    return envelope !== undefined && "success" in envelope ? ["messages" in envelope ? "present" : "absent"] : [];
  });
  tell("messages", new Set(envelopes), "no response has an envelope");
  tell("percentFormat", percentFormats, "no download was seen");
  tell("urlWhileInProgress", urlsInProgress, "no file was seen in progress");

  function tell(
    name: "messages" | "percentFormat" | "urlWhileInProgress",
    seen: ReadonlySet<string>,
    whyNot: string,
  ): void {
    const [first, second] = [...seen];
    if (first === undefined) findings.cannotTell(name, whyNot);
    else if (second === undefined) findings.found(name, first);
    else findings.cannotTell(name, `both ${first} and ${second} were seen`);
  }
}
