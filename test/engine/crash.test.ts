import { expect } from "chai";
import type { Emulator, Fault } from "../../packages/emulator/src";
import { startGate } from "../support/gate";
import { TOKEN, video } from "../support/ids";
import { until } from "../support/until";
import { Fixture, FOREVER_MS, getsAfterPost, untilQuiet } from "./fixture";
import { isAlive, providerPid, providersOf } from "./processes";
import type { RunningCli, Stack } from "./stack";

/** A moment of an update or a destroy at which the process dies, once for each resource: a request that hangs is a moment that lasts. */
interface Moment {
  readonly name: string;
  /** Undefined where the resource just waits for its next look. */
  readonly hang?: Omit<Fault, "kind">;
}

const CREATING: readonly Moment[] = [
  { name: "before the POST", hang: { operation: "listDownloads" } },
  { name: "between the POST and its response", hang: { afterProcessing: true, operation: "createDownload" } },
  { name: "between the response and the first poll", hang: { operation: "listDownloads", after: 1 } },
  { name: "during a later look", hang: { operation: "listDownloads", after: 2 } },
  { name: "between two looks" },
];
const DELETING: readonly Moment[] = [
  { name: "before a DELETE acts", hang: { operation: "deleteDownload" } },
  { name: "after a DELETE acted", hang: { afterProcessing: true, operation: "deleteDownload" } },
];

/** Which process dies, and what Pulumi requires before the next command. */
const VICTIMS: readonly {
  readonly name: string;
  readonly kill: (run: RunningCli) => Promise<void>;
  readonly recover: (stack: Stack) => Promise<unknown>;
}[] = [
  {
    name: "the provider",
    kill: async ({ child }) => void process.kill(providerPid(child.pid), "SIGKILL"),
    recover: async () => undefined,
  },
  {
    name: "the CLI, which leaves no provider behind,",
    kill: async ({ child }) => {
      const provider = providerPid(child.pid);
      child.kill("SIGKILL");
      await until(() => !isAlive(provider));
    },
    recover: (stack) => stack.mustRun("cancel", "--yes"),
  },
];

const names = (moments: readonly Moment[]) => moments.map(({ name }) => name).join(", ");

describe("a crash on the real engine", () => {
  const fixture = new Fixture();

  /** Orders the faults, and says when every resource has come to its moment. */
  const order = (emulator: Emulator, moments: readonly Moment[]) => {
    for (const [n, { hang }] of moments.entries()) {
      if (hang !== undefined) emulator.injectFault({ ...hang, kind: "hang", times: 1_000_000, videoId: video(n) });
    }
    return () =>
      moments.every(({ hang }, n) =>
        hang === undefined
          ? getsAfterPost(emulator, video(n)) > 0
          : emulator.requests.findLast(({ videoId }) => videoId === video(n))?.status === 0,
      );
  };

  for (const victim of VICTIMS) {
    it(`a crash of ${victim.name} orphans nothing and generates nothing twice, be it ${names(CREATING)}, ${names(DELETING)}`, async () => {
      let encodingMs = FOREVER_MS;
      const emulator = await fixture.emulator({ encodingMs: () => encodingMs, behavior: { repost: "restart" } });
      const stack = await fixture.stack(
        emulator,
        CREATING.map((_, n) => `exports.v${n} = new StreamDownload("v${n}", { videoId: "${video(n)}" }).url;`).join(
          "\n",
        ),
      );
      const crash = async (command: string, moments: readonly Moment[]) => {
        const reached = order(emulator, moments);
        const run = stack.start(command, "--yes", "--skip-preview", "--parallel", "16");
        const left = command === "destroy" ? moments.length : undefined;
        await run.until(
          () => reached() && (left === undefined || stack.hasWritten((resources) => resources.length === left)),
        );
        await victim.kill(run);
        expect((await run.done).code).to.not.equal(0);
        await untilQuiet(emulator);
        const asked = emulator.requests.length;
        emulator.clearFaults();
        await victim.recover(stack);
        expect(emulator.requests, "nobody polls on").to.have.length(asked);
      };

      await crash("up", CREATING);
      encodingMs = 0;
      emulator.clock.advance(FOREVER_MS);
      await stack.mustUp();
      for (const [n, { name }] of CREATING.entries())
        expect(emulator.generations(video(n), "default"), name).to.equal(1);
      expect(Object.values(await stack.outputs()).join()).to.match(/^(\S+default\.mp4,?){5}$/);

      await crash("destroy", DELETING);
      await stack.mustRun("destroy", "--yes", "--skip-preview");
      expect(emulator.files()).to.deep.equal([]);
      expect(await stack.resources()).to.deep.equal([]);
    });
  }

  it("a crash of a provider that has taken a file over does not let another provider's process delete it", async () => {
    // The worst an API can do: asking again makes the file once more.
    const emulator = await fixture.emulator({ behavior: { repost: "restart" } });
    const [beforeMove, afterMove] = [await startGate(), await startGate()];
    const program = (body: string) =>
      `const provider = new pulumi.ProviderResource("pulumi-nodejs", "other", { "cloudflare:apiToken": "${TOKEN}" });
       const declare = (name, videoId, opts) => new StreamDownload(name, { videoId }, opts);
       const known = (resource) => new Promise((resolve) => resource.url.apply(resolve));
       module.exports = async () => {
         const stays = declare("stays", "${video(1)}", { provider });
         ${body}
       };\n`;
    try {
      const stack = await fixture.stack(emulator, program(`declare("old", "${video(2)}", { provider });`));
      await stack.mustUp();
      stack.program(
        program(
          `await known(stays);
           await fetch("${beforeMove.url}");
           await known(declare("new", "${video(2)}"));
           await fetch("${afterMove.url}");`,
        ),
      );
      const run = stack.start("up", "--yes", "--skip-preview");
      await run.until(() => beforeMove.waiting() === 1);
      const { pid = 0 } = run.child;
      const others = providersOf(pid);
      beforeMove.open();
      await run.until(() => afterMove.waiting() === 1);
      for (const each of providersOf(pid).filter((each) => !others.includes(each))) process.kill(each, "SIGKILL");
      afterMove.open();
      const { code, text } = await run.done;
      expect(code, text).to.equal(0);
      expect(text).to.contain('the file is kept: the resource "new" declares the same download');
      expect(emulator.files()).to.deep.equal([1, 2].map((n) => `${video(n)}/default`));
      expect(emulator.generations(video(2), "default")).to.equal(1);
      await stack.mustRun("destroy", "--yes", "--skip-preview");
      expect(emulator.files()).to.deep.equal([]);
    } finally {
      beforeMove.close();
      afterMove.close();
    }
  });
});
