import { expect } from "chai";
import { ACCOUNT, TOKEN } from "../support/ids";
import { Fixture, writes } from "./fixture";
import { eachHost, HOSTS, onBothHosts, PROGRAM_HEAD } from "./hosts";

describe("bad input on the real engine", () => {
  const fixture = new Fixture();
  it("the provider fails in the preview with the property's path, also where two resources declare the same download, and writes nothing", async () => {
    const emulator = await fixture.emulator();
    const stack = await fixture.stack(emulator, "");
    // One host after the other: a preview ends at the first failure.
    await eachHost(async (host) => {
      const wrong = 'videoId: "../zone", type: "gif", accountId: "x", waitForReady: 1, typo: 1';
      stack.program(PROGRAM_HEAD + host.download("a", 1, wrong));
      const run = await stack.run("preview");
      expect(run.code).to.not.equal(0);
      for (const property of ["videoId", "type", "accountId", "waitForReady", "typo"])
        expect(run.text).to.contain(property);
      expect(run.text).to.contain('must be "default" (MP4) or "audio" (M4A); got "gif"');
      // Of what was not given, and inside of a list, there is no value to print.
      stack.program(PROGRAM_HEAD + host.library("list", 'downloads: [{ videoId: "x" }], acountId: "x"'));
      const list = await stack.run("preview");
      expect(list.text).to.contain("has a problem: downloads[0].videoId: must be a video's id").and.contain('got "x"');
      expect(list.text).to.contain(
        "property acountId value {x} has a problem: is not an argument: did you mean accountId?",
      );
      expect(list.text).to.not.contain("<nil>");
      stack.program(PROGRAM_HEAD + `new ${host.name}.StreamDownload("${host.named("none")}", {});`);
      const none = await stack.run("preview");
      expect(none.text).to.contain("has a problem: videoId: must be a video's id").and.not.contain("<nil>");
      stack.program(PROGRAM_HEAD + host.download("b", 1) + host.download("c", 1));
      const twice = await stack.run("preview");
      expect(twice.code).to.not.equal(0);
      expect(twice.text).to.match(new RegExp(`declared by the resource "${host.named("[bc]")}" already`));
    });
    expect(writes(emulator)).to.deep.equal([]);
  });

  it("the provider previews without credentials and account, with look-ups as unknown, says so once, and names both ways to give them when it comes to creating", async () => {
    const emulator = await fixture.emulator();
    for (const host of HOSTS) emulator.setDownload(host.video(1), "default", { status: "ready", percent: 100 });
    const one = onBothHosts((host) => host.download("made", 2));
    const lookUps =
      onBothHosts(
        (host) =>
          host.download("made", 2) +
          `const found = ${host.name}.getStreamDownloadsOutput({ videoId: "${host.video(1)}", accountId: "${ACCOUNT}" });
           exports["${host.named("status")}"] = found.apply((all) => all.default?.status);\n`,
      ) +
      // A preview of the plugin's needs the credentials: Pulumi does not tell it that it is one.
      `exports.url = dynamic.get("looked", "${HOSTS[0]?.id(1)}").url;`;
    const none = { CLOUDFLARE_API_TOKEN: undefined, CLOUDFLARE_ACCOUNT_ID: undefined };
    const stack = await fixture.stack(emulator, lookUps, { env: none });
    const { diagnostics } = JSON.parse((await stack.mustRun("preview", "--json")).stdout) as {
      diagnostics: { message: string }[];
    };
    const said = diagnostics
      .map(({ message }) => message)
      .filter((message) => message.includes("no Cloudflare credentials"));
    expect(
      said.map((message) => message.replace(/ would fail if it had to send a request: .*/s, "")).sort(),
    ).to.deep.equal([
      "Look-ups find nothing in this preview. `pulumi up`",
      "No Cloudflare credentials: compared with the state only; look-ups are unknown. `pulumi up`",
      "`pulumi up`",
    ]);
    expect(emulator.requests).to.deep.equal([]);

    stack.program(one);
    const mustFail = async (...expected: string[]) => {
      const { code, text } = await stack.up("--continue-on-error");
      expect(code).to.not.equal(0);
      await eachHost((host) => {
        for (const each of expected) expect(host.linesAbout("made", text)).to.contain(each);
      });
    };
    // All that is missing at once.
    await mustFail("cloudflare-stream:accountId", "CLOUDFLARE_ACCOUNT_ID", "cloudflare-stream:apiToken");
    await stack.config({ "cloudflare-stream:accountId": "c".repeat(32) });
    await mustFail("cloudflare-stream:apiToken", "CLOUDFLARE_API_TOKEN");
    await stack.config({ "cloudflare-stream:email": "me@example.com" });
    await mustFail("cloudflare-stream:email is given without cloudflare-stream:apiKey");
    await stack.config({}, { "cloudflare-stream:apiKey": "0123456789abcdef" });

    stack.program(lookUps);
    expect((await stack.mustRun("preview")).text).to.not.contain("would fail");
    await stack.mustUp();
    await eachHost(async (host) => expect(await stack.outputs()).to.have.property(host.named("status"), "ready"));
    expect(await stack.export()).to.not.contain("0123456789abcdef");
  });

  it("the provider says what a configured account is instead of an id, once and without a property that the program did not give, and not if it is secret", async () => {
    const emulator = await fixture.emulator();
    const stack = await fixture.stack(emulator, "", { env: { CLOUDFLARE_ACCOUNT_ID: "acme" } });
    const preview = async () => {
      const { code, text } = await stack.run("preview");
      expect(code).to.not.equal(0);
      expect(text).to.not.contain("<nil>");
      return text;
    };
    await eachHost(async (host) => {
      stack.program(PROGRAM_HEAD + host.download("a", 1));
      expect(await preview())
        .to.contain("has a problem: CLOUDFLARE_ACCOUNT_ID must be 32 hexadecimal characters")
        .and.contain('got "acme"');
    });
    await stack.config({}, { "cloudflare-stream:accountId": "acme-corp" });
    await eachHost(async (host) => {
      stack.program(PROGRAM_HEAD + host.download("a", 1));
      expect(await preview())
        .to.contain("must be")
        .and.contain("accountId")
        .and.not.contain("acme-corp");
    });
    // Of a provider's argument the provider's process does not know whether it is secret.
    await eachHost(async (host) => {
      const own = host.provider("own", 'accountId: pulumi.secret("acme-corp")');
      stack.program(PROGRAM_HEAD + own + host.download("a", 1, "", "{ provider: own }"));
      expect(await preview())
        .to.contain("accountId")
        .and.not.contain("acme-corp");
    });
    expect(emulator.requests).to.deep.equal([]);
  });

  it("the provider shows an API error's words, code, ray id and a next step, without a stack trace, and says at once why a video can never be downloaded", async () => {
    const emulator = await fixture.emulator({ strict: true, tokens: [TOKEN] });
    for (const host of HOSTS) {
      const errorReason = "The file was not recognized as a valid video";
      emulator.addVideo({ videoId: host.video(2), state: "error", errorReason });
      emulator.addVideo({ videoId: host.video(3), state: "live-inprogress" });
      emulator.addVideo({ videoId: host.video(4) });
    }
    const stack = await fixture.stack(
      emulator,
      onBothHosts(
        (host) =>
          host.provider("good", `apiToken: "${TOKEN}"`) +
          host.provider("bad", 'apiToken: "another-token"') +
          [1, 2, 3].map((n) => host.download(`v${n}`, n, "", "{ provider: good }")).join("") +
          host.download("v4", 4, "", "{ provider: bad }"),
      ),
      { env: { CLOUDFLARE_API_TOKEN: undefined } },
    );
    // Each is to be tried, whichever fails first.
    const { code, text } = await stack.up("--continue-on-error");
    expect(code).to.not.equal(0);
    await eachHost((host) => {
      const failureOf = (n: number) =>
        text
          .split("\n")
          .filter((line) => line.includes(host.video(n)))
          .join("\n");
      expect(failureOf(1)).to.contain(`there is no video ${host.video(1)}`);
      expect(failureOf(2)).to.contain("could not be encoded: The file was not recognized as a valid video");
      expect(failureOf(3)).to.contain("is a live stream in progress");
      expect(failureOf(4))
        .to.contain("Invalid API Token [code: 1000]")
        .and.match(/\(ray [0-9a-f]{16}-EMU\)/)
        .and.contain("The credentials are not valid");
    });
    expect(text).to.not.match(/^\s+at /m);
    expect(text).to.not.contain(TOKEN).and.not.contain("another-token");
    expect(await stack.resources()).to.deep.equal([]);
  });

  it("a value that is missing in the program is named in one line, in the preview, without a stack trace", async () => {
    const stack = await fixture.stack(await fixture.emulator(), "");
    const head =
      'const { StreamDownloads } = require("pulumi-cloudflare-stream-downloads");\n' +
      `const ids = ["${"1".repeat(32)}"];\nconst library = new StreamDownloads("library", { videoIds: ids });\n`;
    for (const [line, message] of [
      ["exports.url = library.url(ids[1]);", "library.url: videoId must be the id of a video; got undefined"],
      [
        "exports.url = library.url(pulumi.output(ids).apply((all) => all[1]));",
        "library.url: videoId must be the id of a video; got undefined",
      ],
      [
        'exports.url = StreamDownload.get("got", pulumi.output(ids).apply((all) => all[1])).url;',
        'StreamDownload.get: id must be "<accountId>/<videoId>/<type>"; got undefined',
      ],
      [
        "exports.found = getStreamDownloadsOutput({ videoId: ids[0] }, { dependsOn: [ids[1]] });",
        "getStreamDownloadsOutput: dependsOn must be resources; got undefined",
      ],
    ] as const) {
      stack.program(head + line);
      const { code, text } = await stack.run("preview");
      expect(code, line).to.not.equal(0);
      expect(text, line)
        .to.contain(message)
        .and.not.match(/^\s+at /m);
      const [, diagnostics = ""] = text.split("Diagnostics:");
      expect(diagnostics.split(message).length, `once: ${text}`).to.equal(2);
    }
  });
});
