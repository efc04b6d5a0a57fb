import { expect } from "chai";
import { jsonOf, textOf } from "../src/report";
import { runContract } from "../src/run";
import { ACCOUNT, video } from "../../../test/support/ids";
import { failuresOf } from "./support/contract";
import { OtherServer } from "./support/otherServer";

describe("the contract, run against a server that is not the emulator", () => {
  let server: OtherServer;
  beforeEach(async () => {
    server = await new OtherServer(ACCOUNT, video(1)).start();
  });
  afterEach(() => server.close());
  const run = () =>
    runContract({
      baseUrl: server.baseUrl,
      account: ACCOUNT,
      credentials: server.credentials,
      videoId: video(1),
      timeLimitMs: 3_600_000,
      clock: server.clock,
    });

  it("the contract finds how it behaves, what of it is otherwise than the emulator has it, and leaves nothing behind", async () => {
    const report = await run();
    expect(report.refused).to.equal(undefined);
    expect(Object.fromEntries(report.findings.settings)).to.deep.equal({
      repost: "refuse",
      listNone: "404",
      deleteNone: "200",
      postResponse: "all",
      untypedPostShape: "flat",
      typedPostShape: "keyed",
      percentFormat: "string",
      progressCurve: "steps",
      urlWhileInProgress: "absent",
      invalidTokenCode: 9109,
      messages: "absent",
      listingLagMs: 3000,
    });
    expect(report.findings.failures()).to.deep.equal([]);
    expect(failuresOf(report)).to.have.members([
      "successStatus: status 201",
      `rateLimitHeaders: ${report.findings.checks.get("rateLimitHeaders")?.detail}`,
      `ray: ${report.findings.checks.get("ray")?.detail}`,
      "fileNames: default: it ends in default.bin; audio: it ends in audio.bin",
      "contentTypes: default: it is none",
      'deleteResult: it is "gone"',
      "badTypeCode: 422, code 4712: no such type",
      `missingVideoCode: ${report.findings.checks.get("missingVideoCode")?.detail}`,
      `malformedIdCode: 410, code 4711: nothing at /gateway/v9/accounts/${ACCOUNT}/stream/not-an-id`,
      "noCredentialsCode: 401, code 2002: who are you?",
      "malformedTokenCode: 401, code 2001: bad header",
      "repostRefusal: status 412",
    ]);
    expect([...server.files.keys()]).to.deep.equal([]);
    expect(report.requests).to.equal(server.requests).and.to.be.lessThan(70);
  });

  it("the contract takes a download for gone that is not listed and whose deletion is refused, however that is", async () => {
    server.refusesDeletes = true;
    server.failsPosts = true;
    const { leftovers } = await run();
    expect(leftovers).to.deep.equal([]);
    expect([...server.files.keys()]).to.deep.equal([]);
  });

  it("the contract hides in the emulator's flags, too, what is not to be shown", async () => {
    const hide = (text: string) => text.replaceAll("refuse", "[redacted]");
    const report = await run();
    const [flags = ""] = textOf(report, hide).match(/^ +cloudflare-stream-emulator .*$/m) ?? [];
    expect(flags).to.contain("--repost [redacted]");
  });

  it("the contract writes all of it for a person and as JSON", async () => {
    const report = await run();
    expect(textOf(report))
      .to.contain("cloudflare-stream-emulator --repost refuse")
      .and.to.contain("differs  whatever succeeds");
    const json = JSON.parse(jsonOf(report, "another", new Date(0)));
    expect(json).to.deep.include({
      format: 1,
      date: "1970-01-01",
      endpoint: "another",
      interrupted: false,
      leftovers: [],
    });
    expect(json.unknown).to.have.keys(["videoNotReady", "videoIsLive", "videoUnusable", "repostAfterError"]);
    expect(json.documented.ready).to.deep.equal({ verdict: "passed" });
    expect(json.assumed.repostRefusal).to.deep.equal({ verdict: "failed", detail: "status 412" });
  });
});
