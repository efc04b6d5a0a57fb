import { resolve } from "node:path";
import { expect } from "chai";
import { video } from "../support/ids";
import { Fixture } from "./fixture";

/** What the state says of a resource's dependencies, by the names of the resources. */
interface Dependencies {
  readonly dependencies?: readonly string[];
  readonly propertyDependencies?: Readonly<Record<string, readonly string[] | null>>;
}

const nameOf = (urn: string) => urn.split("::").pop() ?? urn;

describe("downloads in components on the real engine", () => {
  const fixture = new Fixture();
  const shapes = JSON.stringify(resolve(__dirname, "../fixtures/components.cjs"));
  const program = `const packages = { pulumi, downloads: require("pulumi-cloudflare-stream-downloads") };
    for (const declare of Object.values(require(${shapes})(packages))) declare();`;

  it("downloads in components are previewed, created, left alone and deleted in every shape, and depend on what the program's inputs bring and on nothing else", async () => {
    const emulator = await fixture.emulator({ rateLimit: false });
    for (const type of ["default", "audio"] as const)
      emulator.setDownload(video(6), type, { status: "ready", percent: 100 });
    const stack = await fixture.stack(emulator, program);
    await stack.mustRun("preview");
    await stack.mustUp("--parallel", "64");
    expect(emulator.files()).to.have.length(79);
    await stack.mustUp("--expect-no-changes");

    const depend = new Map<string, readonly string[]>();
    const resources = await stack.resources();
    const declared = resources.filter(({ type }) => !type.endsWith(":LookUps"));
    for (const { urn, inputs } of declared) expect(inputs, urn).to.have.property("__urn", urn);
    for (const resource of resources as readonly (Dependencies & { urn: string })[]) {
      const { dependencies = [], propertyDependencies = {} } = resource;
      const ofProperties = Object.entries(propertyDependencies).flatMap(([property, urns]) =>
        (urns ?? []).map((urn) => `${property}: ${nameOf(urn)}`),
      );
      const all = [...dependencies.map(nameOf), ...ofProperties];
      if (all.length > 0) depend.set(nameOf(resource.urn), all.sort());
    }
    expect(Object.fromEntries(depend)).to.deep.equal({
      "chain-2": ["chain-1", "videoId: chain-1"],
      "chain-3": ["chain-2", "type: chain-2"],
      "chain-4": ["chain-1", "videoId: chain-1"],
      "last-mp4": ["before-audio", "before-mp4"],
    });

    await stack.mustRun("config", "set", "protect", "false");
    await stack.mustUp();
    await stack.mustRun("destroy", "--yes", "--skip-preview", "--parallel", "64");
    expect(emulator.files()).to.deep.equal([`${video(6)}/audio`, `${video(6)}/default`]);
  });
});
