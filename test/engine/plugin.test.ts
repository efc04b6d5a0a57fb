import { expect } from "chai";
import type { Emulator } from "../../packages/emulator/src";
import { ACCOUNT, TOKEN, video } from "../support/ids";
import { Fixture, writes } from "./fixture";
import { CLASSES, TYPE } from "./pluginPrograms";
import type { Stack } from "./stack";

describe("the plugin on the real engine", () => {
  const fixture = new Fixture("suite");
  let emulator: Emulator;
  let stack: Stack;
  const one = (args: string) =>
    `const one = new PluginDownload("one", { videoId: "${video(1)}", ${args} }); exports.url = one.url; exports.id = one.id;\n`;
  const program = (body: string) => stack.program(CLASSES + body);
  before(async () => {
    emulator = await fixture.emulator();
    stack = await fixture.stack(emulator, CLASSES + one(""));
  });
  /** Runs a command and says what was sent for it. */
  const requestsOf = async (run: () => Promise<unknown>) => {
    const before = emulator.requests.length;
    await run();
    return emulator.requests.slice(before).map(({ method, type }) => `${method} ${type ?? ""}`.trim());
  };

  it("the plugin previews what is known, the id too, and asks nothing", async () => {
    const requests = await requestsOf(async () => {
      const { stdout } = await stack.mustRun("preview", "--diff");
      expect(stdout)
        .to.contain(`"${ACCOUNT}/${video(1)}/default"`)
        .and.match(/url *: \[unknown\]/);
    });
    expect(requests).to.deep.equal([]);
  });

  it("the plugin creates what is declared, tells how it went in the resource's row, and keeps no more state than is needed", async () => {
    const { text } = await stack.mustUp();
    expect(text).to.match(/StreamDownload one created \(\d+s\) ready after/);
    const { url, id } = (await stack.outputs()) as { url: string; id: string };
    expect((await fetch(url)).status).to.equal(200);
    const [resource] = await stack.resources();
    expect(resource).to.deep.include({ id, type: TYPE });
    expect(Object.keys(resource?.inputs ?? {}).sort()).to.deep.equal(["accountId", "type", "videoId", "waitForReady"]);
    expect(JSON.stringify(resource).length).to.be.below(1500);
    expect(await stack.export()).to.not.contain(TOKEN);
  });

  it("the plugin leaves alone what has not changed, and asks nothing", async () => {
    expect(await requestsOf(() => stack.mustUp("--expect-no-changes"))).to.deep.equal([]);
  });

  it("the plugin refuses a download that a resource of the dynamic provider declares", async () => {
    program(`${one("")} new StreamDownload("two", { videoId: "${video(1)}" }, { dependsOn: one });`);
    const { code, text } = await stack.run("preview");
    expect(code).to.not.equal(0);
    expect(text).to.contain('is declared by the resource "one" already');
  });

  it("the plugin shows in a preview which property replaces, and replaces with the new file first", async () => {
    program(one('type: "audio"'));
    const { stdout } = await stack.mustRun("preview", "--diff");
    expect(stdout).to.contain('~ type: "default" => "audio"').and.not.contain("~ videoId");
    expect(stdout).to.contain("1 to replace");
    await stack.mustUp();
    expect(writes(emulator).slice(-2)).to.deep.equal(["POST audio", "DELETE default"]);
    expect(emulator.files()).to.deep.equal([`${video(1)}/audio`]);
  });

  it("the plugin sees by refresh what is gone, and makes it again", async () => {
    emulator.setDownload(video(1), "audio", undefined);
    await stack.mustRun("refresh", "--yes", "--skip-preview");
    expect(await stack.resources()).to.deep.equal([]);
    await stack.mustUp();
    await stack.mustRun("refresh", "--yes", "--skip-preview", "--expect-no-changes");
    expect(emulator.files()).to.deep.equal([`${video(1)}/audio`]);
  });

  it("the plugin imports a download, which the program then declares without a change, and looks one up", async () => {
    for (const n of [2, 3]) emulator.setDownload(video(n), "default", { status: "ready", percent: 100 });
    const id = (n: number) => `${ACCOUNT}/${video(n)}/default`;
    await stack.mustRun("import", TYPE, "two", id(2), "--yes", "--generate-code=false", "--protect=false");
    program(
      `${one('type: "audio"')} new PluginDownload("two", { videoId: "${video(2)}" });
       exports.found = new PluginDownload("three", undefined, { id: "${id(3)}" }).url;`,
    );
    const sent = await requestsOf(async () => {
      const { text } = await stack.mustUp();
      expect(text).to.contain("3 unchanged").and.not.contain("updated");
    });
    expect(sent.filter((request) => !request.startsWith("GET"))).to.deep.equal([]);
    expect((await stack.outputs()).found).to.contain(video(3));
  });

  it("the plugin says what is wrong with an id that is looked up or imported", async () => {
    const { code, text } = await stack.run("import", TYPE, "x", `${ACCOUNT}/${video(9)}/default`, "--yes");
    expect(code).to.not.equal(0);
    expect(text).to.contain("it does not exist");
  });

  it("the plugin names a wrong argument by its path", async () => {
    program('new PluginLibrary("library", { videoIds: ["x"], typo: 1 });');
    const { text } = await stack.run("preview");
    expect(text).to.contain("typo").and.contain("videoIds[0]").and.contain("32 hexadecimal characters");
  });

  it("the plugin deletes what is in the state, and not what was only looked up", async () => {
    await stack.mustRun("destroy", "--yes", "--skip-preview");
    expect(emulator.files()).to.deep.equal([`${video(3)}/default`]);
  });
});
