import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect } from "chai";
import type { Emulator } from "../../packages/emulator/src";
import { ACCOUNT, video } from "../support/ids";
import { Fixture, writes } from "./fixture";
import { installPlugin, madeExample, need, requestsOf, succeeds } from "./languages";
import type { Stack } from "./stack";

const repository = resolve(__dirname, "../..");
const source = readFileSync(join(repository, "examples", "go", "main.go"), "utf8");

/** The ids in the example, in their order. */
const [trailer = "", podcast = "", ...season] = source.match(/[0-9a-f]{32}/g) ?? [];

/** The example with another type, an import, a look-up that has a provider of its own, and the question whether a download exists. */
const changed = source.replace("Type:    stream.DownloadTypeAudio", "Type:    stream.DownloadTypeMp4").replace(
  "\tctx.Export(",
  `	_, err = stream.NewStreamDownload(ctx, "imported", &stream.StreamDownloadArgs{
		VideoId: pulumi.String("${video(1)}"),
	}, pulumi.Import(pulumi.ID("${ACCOUNT}/${video(1)}/default")))
	if err != nil {
		return err
	}
	own, err := stream.NewProvider(ctx, "own", &stream.ProviderArgs{
		ApiToken:             pulumi.String(os.Getenv("CLOUDFLARE_API_TOKEN")),
		AllowInsecureBaseUrl: pulumi.Bool(true),
		RequestsPer5Minutes:  pulumi.Int(600),
	})
	if err != nil {
		return err
	}
	ctx.Export("foundUrl", stream.LookupStreamDownloadsOutput(ctx, stream.LookupStreamDownloadsOutputArgs{
		VideoId: pulumi.String("${video(1)}"),
	}, pulumi.Provider(own)).Default().Url())
	for name, video := range map[string]string{"isThere": "${video(1)}", "isMissing": "${video(9)}"} {
		id := pulumi.String("${ACCOUNT}/" + video + "/default")
		ctx.Export(name, stream.StreamDownloadExists(ctx, id, &stream.StreamDownloadState{}))
	}
	ctx.Export(`,
);

describe("a program in Go with the generated SDK", () => {
  const fixture = new Fixture("suite");
  let emulator: Emulator;
  let stack: Stack;
  let folder: string;
  const run = (program: "example" | "changed", command: "up" | "destroy") =>
    stack.runProgram(stack.folder, join(folder, program), command);

  before(async function () {
    need(this, "Go", succeeds("go", "version"));
    const version = execFileSync("go", ["version"], { encoding: "utf8" });
    const { goBuild, goEnvironment } = (await import("../../tools/goBuild.mjs" as string)) as {
      goBuild: (output: string, source: string) => string[];
      goEnvironment: () => NodeJS.ProcessEnv;
    };
    folder = await madeExample("go", version + changed, (place) => {
      const build = (program: string) =>
        execFileSync("go", goBuild(program, "."), { cwd: place, env: goEnvironment(), stdio: "pipe" });
      build("example");
      writeFileSync(join(place, "main.go"), changed);
      build("changed");
    });
    emulator = await fixture.emulator();
    stack = await fixture.stack(emulator, "");
    installPlugin(stack.folder);
  });

  it("a Go program creates what it declares, and has the URLs as outputs", async () => {
    const { text } = await run("example", "up");
    expect(emulator.files()).to.have.members([
      `${trailer}/default`,
      `${podcast}/audio`,
      ...season.flatMap((id) => [`${id}/default`, `${id}/audio`]),
    ]);
    for (const name of ["trailerUrl", "podcastUrl", "firstEpisodeUrl"]) {
      const [, url = ""] = new RegExp(`^ *${name} *: "(http.*)"$`, "m").exec(text) ?? [];
      expect((await fetch(url)).status, name).to.equal(200);
    }
  });

  it("a Go program that is unchanged changes nothing, and sends no request", async () => {
    const sent = await requestsOf(emulator, async () => {
      const { text } = await run("example", "up");
      expect(text).to.match(/^Resources:\n +4 unchanged$/m);
    });
    expect(sent).to.deep.equal([]);
  });

  it("a Go program imports a download, looks one up, asks whether one exists, and replaces the file whose type it changes, the new one first", async () => {
    emulator.setDownload(video(1), "default", { status: "ready", percent: 100 });
    const before = writes(emulator).length;
    const { text } = await run("changed", "up");
    expect(text).to.match(/StreamDownload imported imported/);
    expect(text).to.match(new RegExp(`^ *\\+ foundUrl *: ".*${video(1)}.*"$`, "m"));
    expect(text)
      .to.match(/^ *\+ isMissing *: false$/m)
      .and.match(/^ *\+ isThere *: true$/m);
    expect(writes(emulator).slice(before)).to.deep.equal(["POST default", "DELETE audio"]);
    expect(writes(emulator, podcast)).to.deep.equal(["POST audio", "POST default", "DELETE audio"]);
  });

  it("a Go program's destroy deletes exactly what is in its state", async () => {
    emulator.setDownload(video(2), "default", { status: "ready", percent: 100 });
    await run("changed", "destroy");
    expect(emulator.files()).to.deep.equal([`${video(2)}/default`]);
  });
});
