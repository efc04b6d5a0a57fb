import { expect } from "chai";
import { TOKEN, video } from "../support/ids";
import { type Gate, startGate } from "../support/gate";
import { Fixture, writes } from "./fixture";

/** A program of libraries; it may await. */
const program = (body: string) =>
  `const { StreamDownloads } = require("pulumi-cloudflare-stream-downloads");
   const provider = new pulumi.ProviderResource("pulumi-nodejs", "other", { "cloudflare:apiToken": "${TOKEN}" });
   const library = (name, ids, opts) => new StreamDownloads(name, { videoIds: ids }, opts);
   const single = (name, videoId, opts) => new StreamDownload(name, { videoId }, opts);
   const settled = (resource) => new Promise((resolve) => resource.urls.apply(resolve));
   module.exports = async () => { ${body} };\n`;
const ids = (...numbers: number[]) => JSON.stringify(numbers.map(video));
const files = (...numbers: number[]) => numbers.map((n) => `${video(n)}/default`).sort();

describe("a StreamDownloads that gives videos up, on the real engine", () => {
  const fixture = new Fixture();
  let gate: Gate;
  beforeEach(async () => {
    gate = await startGate();
  });
  afterEach(() => gate.close());
  /** The worst case: another POST generates the file again. */
  const start = async (body: string) => {
    const emulator = await fixture.emulator({ behavior: { repost: "restart" } });
    const stack = await fixture.stack(emulator, program(body));
    await stack.mustUp();
    return { emulator, stack };
  };

  it("a library from which videos are removed deletes nothing that the program declares, however late, in whichever provider process, and also where it depends on the library", async () => {
    const { emulator, stack } = await start(`library("all", ${ids(1, 2, 3, 4, 5)});`);
    const made = writes(emulator);
    stack.program(
      program(
        `const all = library("all", ${ids(5)});
         const dependent = all.url("${video(5)}").apply((url) => "${video(2)}");
         single("dependent", dependent);
         await settled(all);
         await fetch("${gate.url}");
         single("late", "${video(1)}");
         single("elsewhere", "${video(3)}", { provider });
         library("new", ${ids(4)});`,
      ),
    );
    const run = stack.start("up", "--yes", "--skip-preview");
    // By then the library has long been updated: only the gate holds the program.
    await run.until(() => /\ball\b.*(updated|created replacement)/.test(run.text()));
    gate.open();
    const { code, text } = await run.done;
    expect(code, text).to.equal(0);
    expect(writes(emulator)).to.deep.equal(made);
    expect(emulator.files()).to.deep.equal(files(1, 2, 3, 4, 5));
    await stack.mustRun("destroy", "--yes");
    expect(emulator.files()).to.deep.equal([]);
  });
});
