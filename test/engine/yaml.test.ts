import { readFileSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join, resolve } from "node:path";
import { expect } from "chai";
import type { Emulator } from "../../packages/emulator/src";
import { ACCOUNT, video } from "../support/ids";
import { Fixture, writes } from "./fixture";
import { installPlugin, need, requestsOf, succeeds } from "./languages";
import type { Stack } from "./stack";

/** The example, as a program of the stack's project. */
const source = readFileSync(resolve(__dirname, "../../examples/yaml/Pulumi.yaml"), "utf8").replace(
  /^name: .*/,
  "name: project",
);
const [videoId = ""] = source.match(/[0-9a-f]{32}/) ?? [];

describe("a program in YAML", () => {
  const fixture = new Fixture("suite");
  let emulator: Emulator;
  let stack: Stack;
  const program = (text: string) => writeFileSync(join(stack.folder, "program", "Pulumi.yaml"), text);

  before(async function () {
    need(this, "Go, which builds YAML's language host,", succeeds("go", "version"));
    const { yamlHost } = (await import("../../tools/goPrograms.mjs" as string)) as {
      yamlHost: (say: () => void) => string;
    };
    const PATH = `${dirname(yamlHost(() => undefined))}${delimiter}${process.env.PATH}`;
    emulator = await fixture.emulator();
    stack = await fixture.stack(emulator, "", { env: { PATH } });
    installPlugin(stack.folder);
    program(source);
  });

  it("a YAML program creates what it declares, and has the URLs as outputs", async () => {
    await stack.mustUp();
    expect(emulator.files()).to.have.members([`${videoId}/default`, `${videoId}/audio`]);
    const outputs = (await stack.outputs()) as Record<string, string>;
    expect(Object.keys(outputs)).to.have.members(["trailerUrl", "soundUrl"]);
    for (const url of Object.values(outputs)) expect((await fetch(url)).status).to.equal(200);
  });

  it("a YAML program that is unchanged changes nothing, and sends no request", async () => {
    expect(await requestsOf(emulator, () => stack.mustUp("--expect-no-changes"))).to.deep.equal([]);
  });

  it("a YAML program looks up a video's downloads and declares a library of them", async () => {
    emulator.setDownload(video(1), "default", { status: "ready", percent: 100 });
    program(`${source.replace(
      "outputs:",
      `  library:
    type: cloudflare-stream:index:StreamDownloads
    properties:
      videoIds: ["${video(2)}"]
variables:
  found:
    fn::invoke:
      function: cloudflare-stream:index:getStreamDownloads
      arguments:
        videoId: "${video(1)}"
outputs:`,
    )}  foundUrl: \${found.default.url}
  libraryUrls: \${library.urls}
`);
    await stack.mustUp();
    const outputs = (await stack.outputs()) as { foundUrl: string; libraryUrls: Record<string, { default: string }> };
    expect((await fetch(outputs.foundUrl)).status).to.equal(200);
    expect((await fetch(outputs.libraryUrls[video(2)]?.default ?? "")).status).to.equal(200);
  });

  it("pulumi do creates a download that the stack keeps track of, and deletes it, with what the program declares left alone", async () => {
    const files = emulator.files();
    const type = "cloudflare-stream:index:StreamDownload";
    await stack.mustRun("do", type, "create", "clip", "--video-id", video(3), "--yes");
    expect(emulator.files()).to.have.members([...files, `${video(3)}/default`]);
    expect((await stack.resources()).map(({ id }) => id)).to.include(`${ACCOUNT}/${video(3)}/default`);
    await stack.mustRun("do", type, "delete", "clip", "--yes");
    expect(emulator.files()).to.have.members(files);
  });

  it("a YAML program's files are deleted by destroy, and one that was only looked up is not", async () => {
    const before = writes(emulator).length;
    await stack.mustRun("destroy", "--yes");
    expect(writes(emulator).slice(before)).to.have.length(3);
    expect(emulator.files()).to.deep.equal([`${video(1)}/default`]);
  });
});
