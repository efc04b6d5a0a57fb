/** What must be refused: unknown types and ids, and requests without valid credentials. */
import { randomBytes } from "node:crypto";
import { ERROR_CODES } from "./constants";
import type { Observed } from "./client";
import type { Context, Step } from "./context";
import { type AssumedId, CannotTell, type DocumentedId } from "./findings";
import { describe, errorOf, fieldsOf, refusalProblems, resultOf, succeeded } from "./reading";

/** A type that no service has. */
const UNKNOWN_TYPE = "gif";

export const badType: Step = {
  checks: ["badType", "badTypeCode"],
  behaviors: [],
  async run(context) {
    const observed = await context.client.post(context.path(`/downloads/${UNKNOWN_TYPE}`));
    if (succeeded(observed)) context.mayExist.add(UNKNOWN_TYPE);
    refused(context, observed, "badType", "badTypeCode", 400, ERROR_CODES.BAD_REQUEST);
  },
};

export const missingVideo: Step = {
  checks: ["missingVideo", "missingVideoCode"],
  behaviors: [],
  async run(context) {
    const videoId = randomBytes(16).toString("hex");
    const observed = await context.client.get(context.path("", videoId));
    if (succeeded(observed) && fieldsOf(resultOf(observed))?.uid === videoId) {
      throw new CannotTell("every id is a video here; the emulator knows missing ones with --strict --video <id>");
    }
    refused(context, observed, "missingVideo", "missingVideoCode", 404, ERROR_CODES.NOT_FOUND);
  },
};

export const malformedId: Step = {
  checks: ["malformedId", "malformedIdCode"],
  behaviors: [],
  async run(context) {
    const observed = await context.client.get(context.path("", "not-an-id"));
    refused(context, observed, "malformedId", "malformedIdCode", 404, ERROR_CODES.NO_ROUTE);
  },
};

export const noCredentials: Step = {
  checks: ["noCredentials", "noCredentialsCode"],
  behaviors: [],
  async run(context) {
    const observed = await context.client.get(context.path("/downloads"), {});
    refused(context, observed, "noCredentials", "noCredentialsCode", 400, ERROR_CODES.MISSING_CREDENTIALS);
  },
};

export const malformedToken: Step = {
  checks: ["malformedToken", "malformedTokenCode"],
  behaviors: [],
  async run(context) {
    const observed = await context.client.get(context.path("/downloads"), { authorization: "Bearer two words" });
    refused(context, observed, "malformedToken", "malformedTokenCode", 400, ERROR_CODES.INVALID_HEADERS);
  },
};

export const unknownToken: Step = {
  checks: ["unknownToken"],
  behaviors: ["invalidTokenCode"],
  async run(context) {
    const token = randomBytes(20).toString("hex");
    const observed = await context.client.get(context.path("/downloads"), { authorization: `Bearer ${token}` });
    if (observed.status < 300 || observed.status === 404) {
      throw new CannotTell("any token is valid here; the emulator refuses the others with --token <token>");
    }
    context.findings.check("unknownToken", refusalProblems(observed));
    const { code } = errorOf(observed);
    if (code === ERROR_CODES.INVALID_TOKEN || code === ERROR_CODES.ACCESS_REFUSED) {
      context.findings.found("invalidTokenCode", code);
    } else {
      throw new CannotTell(`the refusal is neither of those that are known: ${describe(observed)}`);
    }
  },
};

function refused(
  { findings }: Context,
  observed: Observed,
  documented: DocumentedId,
  assumed: AssumedId,
  status: number,
  code: number,
): void {
  const problems = refusalProblems(observed);
  findings.check(documented, problems);
  if (problems.length > 0) throw new CannotTell(`not refused as documented`);
  const isSame = observed.status === status && errorOf(observed).code === code;
  findings.check(assumed, isSame ? [] : [describe(observed)]);
}
