import { execFileSync } from "node:child_process";
import { copyFileSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";
import { expect } from "chai";
import type { Emulator } from "../../packages/emulator/src";
import { ACCOUNT, TOKEN, video } from "../support/ids";
import { Fixture, writes } from "./fixture";
import { madeExample, need, requestsOf, succeeds } from "./languages";
import { PLUGIN_TYPE } from "./hosts";
import type { Stack } from "./stack";

const example = resolve(__dirname, "../../examples/python");
const source = readFileSync(join(example, "__main__.py"), "utf8");

/** The ids in the example, in their order. */
const [trailer = "", podcast = "", ...season] = source.match(/[0-9a-f]{32}/g) ?? [];

describe("a program in Python with the generated SDK", () => {
  const fixture = new Fixture("suite");
  let emulator: Emulator;
  let stack: Stack;
  const program = (text: string) => writeFileSync(join(stack.folder, "program", "__main__.py"), text);

  before(async function () {
    const modern = "import ensurepip, sys; sys.exit(sys.version_info < (3, 10))";
    need(this, "Python 3.10 or newer, with venv,", succeeds("python3", "-c", modern));
    need(this, "Pulumi's language host for Python", succeeds("which", "pulumi-language-python"));
    need(this, "Go, which makes the SDK,", succeeds("go", "version"));
    const version = execFileSync("python3", ["-VV"], { encoding: "utf8" });
    const made = await madeExample("python", version, (folder) => {
      execFileSync("python3", ["-m", "venv", "venv"], { cwd: folder, stdio: "pipe" });
      execFileSync("venv/bin/pip", ["install", "--quiet", "-r", "requirements.txt"], { cwd: folder, stdio: "pipe" });
    });
    const venv = join(made, "venv");
    emulator = await fixture.emulator();
    // Older language hosts know no virtual environment but that on the PATH.
    const PATH = `${join(venv, "bin")}${delimiter}${process.env.PATH}`;
    stack = await fixture.stack(emulator, "", { env: { PATH } });
    const folder = join(stack.folder, "program");
    const [, runtime = ""] = readFileSync(join(example, "Pulumi.yaml"), "utf8").split(/(?=^runtime:)/m);
    const project = join(folder, "Pulumi.yaml");
    writeFileSync(project, readFileSync(project, "utf8").replace("runtime: nodejs\n", runtime));
    copyFileSync(join(example, "__main__.py"), join(folder, "__main__.py"));
    symlinkSync(venv, join(folder, "venv"));
  });

  it("a Python program creates what it declares, and has the URLs as outputs", async () => {
    await stack.mustUp();
    expect(emulator.files()).to.have.members([
      `${trailer}/default`,
      `${podcast}/audio`,
      ...season.flatMap((id) => [`${id}/default`, `${id}/audio`]),
    ]);
    const outputs = (await stack.outputs()) as Record<string, string>;
    expect(Object.keys(outputs)).to.have.members(["trailerUrl", "podcastUrl", "firstEpisodeUrl"]);
    for (const url of Object.values(outputs)) expect((await fetch(url)).status).to.equal(200);
  });

  it("a Python program that is unchanged changes nothing, and sends no request", async () => {
    expect(await requestsOf(emulator, () => stack.mustUp("--expect-no-changes"))).to.deep.equal([]);
  });

  it("a Python program declares without a change what was imported, looks up a video with its own provider, and asks whether one exists", async () => {
    emulator.setDownload(video(1), "default", { status: "ready", percent: 100 });
    const id = `${ACCOUNT}/${video(1)}/default`;
    await stack.mustRun("import", PLUGIN_TYPE, "imported", id, "--yes", "--generate-code=false", "--protect=false");
    const imported = (await stack.resources()).find(({ urn }) => urn.endsWith("::imported"));
    const inputs = { accountId: ACCOUNT, videoId: video(1), type: "default", waitForReady: true };
    expect(imported?.inputs).to.deep.equal(inputs);
    program(`${source}
own = stream.Provider("own", api_token="${TOKEN}", requests_per5_minutes=600, allow_insecure_base_url=True)
imported = stream.StreamDownload("imported", video_id="${video(1)}")
found = stream.get_stream_downloads_output(video_id="${video(1)}", opts=pulumi.InvokeOptions(provider=own))
pulumi.export("foundUrl", found.default.url)
for name, id in {"isThere": "${id}", "isMissing": "${ACCOUNT}/${video(9)}/default"}.items():
    pulumi.export(name, stream.StreamDownload.exists(id))
`);
    const before = writes(emulator);
    const { text } = await stack.mustUp();
    expect(text).to.contain("1 created").and.contain("unchanged").and.not.contain("updated");
    expect(writes(emulator)).to.deep.equal(before);
    expect(await stack.outputs())
      .to.include({ isThere: true, isMissing: false })
      .and.have.property("foundUrl")
      .that.contains(video(1));
    expect(await stack.export()).to.not.contain(TOKEN);
  });

  it("a Python program replaces the file whose type it changes, the new one first", async () => {
    program(source.replace("type=stream.DownloadType.AUDIO", "type=stream.DownloadType.MP4"));
    await stack.mustUp();
    expect(writes(emulator, podcast)).to.deep.equal(["POST audio", "POST default", "DELETE audio"]);
  });

  it("a Python program's destroy deletes exactly what is in its state", async () => {
    emulator.setDownload(video(2), "default", { status: "ready", percent: 100 });
    await stack.mustRun("destroy", "--yes", "--skip-preview");
    expect(emulator.files()).to.deep.equal([`${video(2)}/default`]);
  });
});
