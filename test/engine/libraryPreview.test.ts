import { expect } from "chai";
import { video } from "../support/ids";
import { Fixture } from "./fixture";

describe("the preview of a StreamDownloads that changes, on the real engine", () => {
  const fixture = new Fixture();
  /** A library, and what uses the url of a video that stays in it. */
  const program = (...numbers: number[]) =>
    `const { StreamDownloads } = require("pulumi-cloudflare-stream-downloads");
     const library = new StreamDownloads("library", { videoIds: ${JSON.stringify(numbers.map(video))} });
     new pulumi.ProviderResource("pulumi-nodejs", "page", { "page:url": library.url("${video(9)}") });`;

  it("the preview of a library shows a line for each video that is added, and its plan is kept to: what uses a url that stays is left alone", async () => {
    const emulator = await fixture.emulator();
    const stack = await fixture.stack(emulator, program(5, 3, 9, 1));
    await stack.mustUp();
    emulator.clearRequests();

    stack.program(program(2, 5, 3, 4, 9, 1));
    const { text } = await stack.mustRun("preview", "--diff", "--save-plan", "plan.json");
    expect(text.match(/^ +[-+~] \[\d+\]: .*/gm)?.map((line) => line.trim())).to.deep.equal([
      `+ [4]: "${video(2)}"`,
      `+ [5]: "${video(4)}"`,
    ]);
    // Pulumi takes the inputs of a dynamic resource for its outputs in a preview.
    expect(text).to.match(/~ page:url: .* => \[unknown\]/);
    expect(text).to.contain("2 checked at Cloudflare: 2 to generate");
    const sent = emulator.requests.map(({ method, videoId }) => [method, videoId]);
    expect(sent, "of what is added alone").to.have.deep.members([2, 2, 4, 4].map((n) => ["GET", video(n)]));
    const updated = await stack.mustUp("--plan", "plan.json");
    expect(updated.text).to.match(/~ 1 updated\s+2 unchanged/);

    // One is removed, the others are in another order.
    stack.program(program(1, 9, 5, 4, 2));
    const removing = await stack.mustRun("preview", "--diff", "--save-plan", "plan.json");
    expect(removing.text)
      .to.contain(`1 to remove (${video(3)}/default) at the end of the update, so that`)
      .and.contain("~ urls (hidden)")
      .and.not.match(/^ *- .*(default|audio)/m);
    expect((await stack.mustUp("--plan", "plan.json")).text).to.match(/\+-1 replaced\s+2 unchanged/);
    stack.program(program(9, 1, 2, 4, 5));
    await stack.mustUp("--expect-no-changes");
  });
});
