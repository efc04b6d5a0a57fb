import { expect } from "chai";
import type { Emulator, Fault } from "../../packages/emulator/src";
import { startGate } from "../support/gate";
import { TOKEN } from "../support/ids";
import { until } from "../support/until";
import { Fixture, FOREVER_MS, getsAfterPost, untilQuiet } from "./fixture";
import { eachHost, type Host, HOSTS, PROGRAM_HEAD } from "./hosts";
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
  readonly kill: (run: RunningCli, stack: Stack) => Promise<void>;
  readonly recover: (stack: Stack) => Promise<unknown>;
}[] = [
  {
    name: "the provider",
    kill: async ({ child }) => {
      for (const provider of HOSTS.map(({ name }) => providerPid(child.pid, name))) process.kill(provider, "SIGKILL");
    },
    recover: async () => undefined,
  },
  {
    name: "the CLI, which leaves neither a provider nor claims behind,",
    kill: async ({ child }, stack) => {
      const providers = HOSTS.map(({ name }) => providerPid(child.pid, name));
      child.kill("SIGKILL");
      await until(() => !providers.some(isAlive));
      expect(stack.claimFiles()).to.deep.equal([]);
    },
    recover: (stack) => stack.mustRun("cancel", "--yes"),
  },
];

const names = (moments: readonly Moment[]) => moments.map(({ name }) => name).join(", ");

describe("a crash on the real engine", () => {
  const fixture = new Fixture();

  /** Orders the faults, and says when every resource has come to its moment. */
  const order = (emulator: Emulator, moments: readonly Moment[]) => {
    const each = HOSTS.flatMap((host) => moments.map(({ hang }, n) => ({ hang, video: host.video(n) })));
    for (const { hang, video } of each) {
      if (hang !== undefined) emulator.injectFault({ ...hang, kind: "hang", times: 1_000_000, videoId: video });
    }
    return () =>
      each.every(({ hang, video }) =>
        hang === undefined
          ? getsAfterPost(emulator, video) > 0
          : emulator.requests.findLast(({ videoId }) => videoId === video)?.status === 0,
      );
  };

  /**
   * What all others wait for, so that both hosts come to their moments together: by then both processes are there, and have had a response.
   * Until that a process sends one request at a time, and the first of these would hang.
   */
  const first = (host: Host) =>
    `new ${host.name}.StreamDownload("${host.named("first")}", { videoId: "${host.video(99)}", waitForReady: false })`;

  for (const victim of VICTIMS) {
    it(`a crash of ${victim.name} orphans nothing and generates nothing twice, be it ${names(CREATING)}, ${names(DELETING)}`, async () => {
      let encodingMs = FOREVER_MS;
      const emulator = await fixture.emulator({ encodingMs: () => encodingMs, behavior: { repost: "restart" } });
      const stack = await fixture.stack(
        emulator,
        `${PROGRAM_HEAD} const first = [${HOSTS.map(first).join()}];\n` +
          HOSTS.flatMap((host) => CREATING.map((_, n) => host.download(`v${n}`, n, "", "{ dependsOn: first }"))).join(
            "",
          ),
      );
      const crash = async (command: string, moments: readonly Moment[]) => {
        const reached = order(emulator, moments);
        const run = stack.start(command, "--yes", "--skip-preview", "--parallel", "32");
        const left = command === "destroy" ? HOSTS.length * (moments.length + 1) : undefined;
        await run.until(
          () => reached() && (left === undefined || stack.hasWritten((resources) => resources.length === left)),
        );
        await victim.kill(run, stack);
        expect((await run.done).code).to.not.equal(0);
        await untilQuiet(emulator);
        const requestsBefore = emulator.requests.length;
        emulator.clearFaults();
        await victim.recover(stack);
        expect(emulator.requests, "nobody polls on").to.have.length(requestsBefore);
      };

      await crash("up", CREATING);
      encodingMs = 0;
      emulator.clock.advance(FOREVER_MS);
      await stack.mustUp();
      await eachHost((host) => {
        for (const [n, { name }] of CREATING.entries())
          expect(emulator.generations(host.video(n), "default"), name).to.equal(1);
      });
      expect(Object.values(await stack.outputs()).join()).to.match(/^(\S+default\.mp4,?){10}$/);

      await crash("destroy", DELETING);
      await stack.mustRun("destroy", "--yes", "--skip-preview");
      expect(emulator.files()).to.deep.equal([]);
      expect(await stack.resources()).to.deep.equal([]);
    });
  }

  it("a crash of a provider that has taken a file over does not let another provider's process delete it", async () => {
    // The worst an API can do: a second request generates the file once more.
    const emulator = await fixture.emulator({ behavior: { repost: "restart" } });
    const [beforeMove, afterMove] = [await startGate(), await startGate()];
    const cases = HOSTS.map((host) => ({ host: host.name, stays: host.video(1), moves: host.video(2) }));
    const program = (body: string) =>
      `${PROGRAM_HEAD}
       const known = (resource) => new Promise((resolve) => resource.url.apply(resolve));
       const declare = ({ host }, name, videoId, options) =>
         new { dynamic, plugin }[host].StreamDownload(host + "-" + name, { videoId }, options);
       module.exports = async () => {
         const cases = ${JSON.stringify(cases)}.map((each) =>
           ({ ...each, provider: { dynamic, plugin }[each.host].provider(each.host, { apiToken: "${TOKEN}" }) }));
         const all = (declared) => Promise.all(cases.map((each) => known(declared(each))));
         const staying = all((each) => declare(each, "stays", each.stays, { provider: each.provider }));
         ${body}
       };\n`;
    try {
      const old = 'for (const each of cases) declare(each, "old", each.moves, { provider: each.provider });';
      const stack = await fixture.stack(emulator, program(old));
      await stack.mustUp();
      stack.program(
        program(
          `await staying;
           await fetch("${beforeMove.url}");
           await all((each) => declare(each, "new", each.moves));
           await fetch("${afterMove.url}");`,
        ),
      );
      const run = stack.start("up", "--yes", "--skip-preview");
      await run.until(() => beforeMove.waiting() === 1);
      const { pid = 0 } = run.child;
      const providers = () => HOSTS.flatMap(({ name }) => providersOf(pid, name));
      const others = providers();
      beforeMove.open();
      await run.until(() => afterMove.waiting() === 1);
      const started = providers().filter((each) => !others.includes(each));
      expect(started).to.have.length(HOSTS.length);
      for (const each of started) process.kill(each, "SIGKILL");
      afterMove.open();
      const { code, text } = await run.done;
      expect(code, text).to.equal(0);
      expect(emulator.files()).to.deep.equal(HOSTS.flatMap((host) => [1, 2].map((n) => host.file(n))));
      await eachHost((host) => {
        expect(text).to.contain(`the file is kept: the resource "${host.named("new")}" declares the same download`);
        expect(emulator.generations(host.video(2), "default")).to.equal(1);
      });
      await stack.mustRun("destroy", "--yes", "--skip-preview");
      expect(emulator.files()).to.deep.equal([]);
    } finally {
      beforeMove.close();
      afterMove.close();
    }
  });
});
