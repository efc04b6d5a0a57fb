import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { expect } from "chai";
import { OTHER_ACCOUNT, TOKEN } from "../support/ids";
import { Fixture, FOREVER_MS } from "./fixture";
import { eachHost, type Host, HOSTS, onBothHosts, PROGRAM_HEAD } from "./hosts";
import { providerPid } from "./processes";

describe("secrets on the real engine", () => {
  const fixture = new Fixture();

  it("a token rotated since the last update does not keep refresh and destroy from working, and the rows say which one was used", async () => {
    const options = { tokens: ["stale-token-1234"] };
    const emulator = await fixture.emulator(options);
    const stack = await fixture.stack(
      emulator,
      onBothHosts((host) => host.download("a", 1)),
      { env: { CLOUDFLARE_API_TOKEN: undefined } },
    );
    // Under this name the dynamic provider shares it with @pulumi/cloudflare.
    await stack.config(
      {},
      { "cloudflare:apiToken": "stale-token-1234", "cloudflare-stream:apiToken": "stale-token-1234" },
    );
    await stack.mustUp();
    options.tokens.splice(0, 1, "fresh-token-5678");
    expect((await stack.run("refresh", "--yes", "--skip-preview")).text).to.contain("Invalid API Token");
    stack.env.CLOUDFLARE_API_TOKEN = "fresh-token-5678";
    for (const command of ["refresh", "destroy"]) {
      const { text } = await stack.mustRun(command, "--yes", "--skip-preview");
      await eachHost((host) =>
        expect(host.linesAbout("a", text)).to.contain("used the environment's CLOUDFLARE_API_TOKEN"),
      );
    }
    expect(emulator.files()).to.deep.equal([]);
  });

  it("two accounts each use their own token, no token is in the state or in a process's arguments, and only a secret videoId yields a secret url", async () => {
    const emulator = await fixture.emulator({ tokens: [TOKEN, "other-token-1234"], encodingMs: FOREVER_MS });
    const stack = await fixture.stack(
      emulator,
      onBothHosts(
        (host) =>
          host.provider("other", `apiToken: pulumi.secret("other-token-1234"), accountId: "${OTHER_ACCOUNT}"`) +
          host.download("other", 3, "", "{ provider: other }") +
          host.download("hidden", 1, `videoId: pulumi.secret("${host.video(1)}")`) +
          host.download("shown", 2, `videoId: pulumi.output("${host.video(2)}")`) +
          host.library("library", `videoIds: [pulumi.secret("${host.video(4)}")]`),
      ),
    );
    const run = stack.start("up", "--yes", "--skip-preview");
    const declared = HOSTS.flatMap((host) => [1, 2, 3, 4].map((n) => host.file(n)));
    await run.until(() => emulator.files().length === declared.length);
    const all = execFileSync("ps", ["-eo", "pid,args"], { encoding: "utf8" });
    await eachHost((host) => expect(all).to.contain(String(providerPid(run.child.pid, host.name))));
    expect(all).to.not.contain(TOKEN).and.not.contain("other-token-1234");
    emulator.clock.advance(FOREVER_MS);
    const { code, text } = await run.done;
    expect(code, text).to.equal(0);
    expect(emulator.files()).to.deep.equal(declared);

    const state = await stack.export();
    expect(state).to.not.contain("other-token-1234").and.not.contain(TOKEN);
    const output = async (...flags: string[]) =>
      JSON.parse((await stack.mustRun("stack", "output", "--json", ...flags)).stdout) as Record<string, string>;
    const [shown, secret] = [await output(), await output("--show-secrets")];
    await eachHost(async (host) => {
      expect((await stack.resources()).map(({ id }) => id)).to.include(host.id(3, "default", OTHER_ACCOUNT));
      expect(shown[host.named("hidden")]).to.equal("[secret]");
      expect(JSON.stringify(shown[host.named("library")]))
        .to.contain('"urls":"[secret]"')
        .and.not.contain(host.video(4));
      expect(shown[host.named("shown")]).to.match(/default\.mp4$/);
      expect(secret[host.named("hidden")]).to.contain(host.video(1));
      expect(JSON.stringify(secret[host.named("library")])).to.contain(host.video(4));
      // The id is in the state itself.
      for (const n of [1, 4]) expect(state).to.not.contain(`${host.video(n)}/downloads`);
      expect(state).to.contain(`${host.video(2)}/downloads`);
    });
    await stack.mustUp("--expect-no-changes");
    await stack.mustRun("destroy", "--yes", "--skip-preview");
    expect(emulator.files()).to.deep.equal([]);
  });

  it("a secret that is given as a wrong argument, or as a misspelt one, is in no message", async () => {
    const emulator = await fixture.emulator({ encodingMs: 0 });
    const wrong = [
      ["StreamDownload", "accountId", "must be an account's id"],
      ["StreamDownload", "misspelt", "is not an argument"],
      ["StreamDownloads", "types", "must be a list"],
    ] as const;
    const stacks = await Promise.all(HOSTS.map(() => fixture.stack(emulator, "")));
    await Promise.all(
      HOSTS.map(async (host, n) => {
        for (const [type, name, why] of wrong) {
          const ids = type === "StreamDownload" ? `videoId: "${host.video(1)}"` : `videoIds: ["${host.video(1)}"]`;
          // The engine stops at the first resource with a wrong argument.
          const declaration = `new ${host.name}.${type}("wrong", { ${ids}, ${name}: pulumi.secret("Wr0ngValue") });\n`;
          stacks[n]?.program(PROGRAM_HEAD + declaration);
          const preview = await stacks[n]?.run("preview");
          expect(preview?.code).to.not.equal(0);
          expect(preview?.text, host.name)
            .to.contain(`${name}: ${why}`)
            .and.not.match(/wr0ngvalue/i);
        }
      }),
    );
  });

  it("the access token of Pulumi's service, which providers have in their environment, is sent to no server, and is in no message, log, state or file, also where a server echoes what it receives or refuses the connection", async () => {
    const ACCESS_TOKEN = "pul-0123456789abcdef0123456789abcdef01234567";
    const received: string[] = [];
    const echo = createServer((request, response) => {
      received.push(JSON.stringify([request.url, request.rawHeaders]));
      const errors = [{ code: 10_001, message: `echoed ${request.rawHeaders.join(" ")}` }];
      response.writeHead(400, { "content-type": "application/json" });
      response.end(JSON.stringify({ success: false, errors, messages: [], result: null }));
    });
    await new Promise<void>((resolve) => echo.listen(0, "127.0.0.1", resolve));
    try {
      const emulator = await fixture.emulator({ encodingMs: FOREVER_MS });
      const echoUrl = `http://127.0.0.1:${(echo.address() as AddressInfo).port}/client/v4`;
      const stack = await fixture.stack(
        emulator,
        onBothHosts(
          (host) =>
            host.download("made", 1) +
            host.provider("echoing", `apiToken: "${TOKEN}", baseUrl: "${echoUrl}"`) +
            `const echoed = new ${host.name}.StreamDownload("${host.named("echoed")}", { videoId: "${host.video(2)}" }, { provider: echoing });\n` +
            host.provider("refusing", `apiToken: "${TOKEN}", baseUrl: "https://api.stream.test/client/v4"`) +
            host.download("refused", 3, "", "{ provider: refusing }") +
            // Of this the program's process writes a file.
            host.download("skipped", 4, "", "{ dependsOn: echoed }"),
        ),
        { env: { PULUMI_ACCESS_TOKEN: ACCESS_TOKEN, HTTPS_PROXY: "http://127.0.0.1:1" } },
      );
      const files = (...under: string[]) =>
        readdirSync(join(stack.folder, ...under), { withFileTypes: true, recursive: true })
          .filter((entry) => entry.isFile())
          .map(({ parentPath, name }) => `${name}\n${readFileSync(join(parentPath, name), "utf8")}`)
          .join("\n");

      const run = stack.start("up", "--yes", "--skip-preview", "--continue-on-error", "-v=9", "--logtostderr");
      await run.until(() => emulator.files().length === HOSTS.length && /refused the connection/.test(run.text()));
      await eachHost((host) => {
        const pid = String(providerPid(run.child.pid, host.name));
        const environment = execFileSync("ps", ["eww", "-p", pid], { encoding: "utf8" });
        expect(environment, "the provider has it").to.contain(ACCESS_TOKEN);
      });
      expect(stack.claimFiles()).to.not.be.empty;
      expect(files("tmp")).to.contain("dynamic-made").and.not.contain(ACCESS_TOKEN);
      emulator.clock.advance(FOREVER_MS);
      const { code, text } = await run.done;
      expect(code).to.not.equal(0);
      await eachHost((host) => {
        expect(host.linesAbout("echoed", text)).to.contain("echoed ");
        expect(host.linesAbout("refused", text)).to.contain("refused the connection");
      });
      expect(text).to.not.contain(ACCESS_TOKEN);
      expect(received).to.not.be.empty;
      expect(received.join("\n")).to.not.contain(ACCESS_TOKEN);
      expect(files()).to.contain("dynamic-skipped").and.not.contain(ACCESS_TOKEN);
    } finally {
      await new Promise((resolve) => echo.close(resolve));
    }
  });

  it("an update plan holds where it is not known before the update whether the ids of the videos are secret", async () => {
    const emulator = await fixture.emulator({ encodingMs: 0 });
    const declare = (host: Host, type: string, name: string, args: string, options = "{}") =>
      `new ${host.name}.${type}("${host.named(name)}", { ${args} }, ${options})`;
    const stack = await fixture.stack(
      emulator,
      onBothHosts((host) => {
        const secret = '{ additionalSecretOutputs: ["url"] }';
        return `const { url } = ${declare(host, "StreamDownload", "origin", `videoId: "${host.video(1)}"`, secret)};
          const ids = (...all) => url.apply(() => all);
          ${declare(host, "StreamDownload", "single", `videoId: ids("${host.video(2)}")[0]`)};
          ${declare(host, "StreamDownloads", "library", `videoIds: ids("${host.video(3)}", "${host.video(4)}")`)};\n`;
      }),
    );
    await stack.mustRun("preview", "--save-plan", "plan.json");
    await stack.mustUp("--plan", "plan.json");
    await eachHost(async (host) => {
      expect(emulator.files()).to.include.members([1, 2, 3, 4].map((n) => host.file(n)));
      const made = (await stack.resources()).filter(
        ({ urn }) => /(single|library)$/.test(urn) && urn.includes(host.name),
      );
      for (const { outputs } of made)
        expect(JSON.stringify(outputs)).to.not.contain(host.video(2)).and.not.contain(host.video(3));
    });
  });
});
