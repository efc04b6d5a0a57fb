import { expect } from "chai";
import { FAULTS } from "../faults/faultTable";
import { Fixture, FOREVER_MS } from "./fixture";
import { eachHost, HOSTS, onBothHosts } from "./hosts";

describe("faults on the real engine", () => {
  const fixture = new Fixture();
  // Those that need another endpoint, or half a minute for each try, are left to the matrix.
  const faults = FAULTS.filter(({ name, fault }) => fault !== undefined && !/no response|trickle|429/.test(name));
  /** The video after theirs: its POST is cut off, and the look that is to tell what became of it fails. */
  const unknown = faults.length;
  const declared = [...faults.keys(), unknown];
  const program = (more = "") => onBothHosts((host) => declared.map((n) => host.download(`v${n}`, n, more)).join(""));
  const all = HOSTS.flatMap((host) => declared.map((n) => host.file(n))).sort();

  const phases = [
    { name: "creating", operation: "createDownload" },
    { name: "resuming", operation: "listDownloads" },
    { name: "destroying", operation: "deleteDownload" },
  ] as const;
  for (const { name, operation } of phases) {
    it(`${name} ${faults.length} downloads of each host with a fault each: every message names its cause, and the next command mends all`, async () => {
      // What is to be resumed must not be ready by then; everything else is at the first look.
      let encodingMs = name === "resuming" ? FOREVER_MS : 0;
      const emulator = await fixture.emulator({
        encodingMs: () => encodingMs,
        rateLimit: false,
        behavior: { repost: "restart" },
      });
      const stack = await fixture.stack(emulator, program(name === "resuming" ? "waitForReady: false" : ""));
      const each = HOSTS.flatMap((host) =>
        faults.map(({ fault, name }, n) => ({ videoId: host.video(n), fault, name })),
      );
      if (name !== "creating") {
        if (name === "destroying")
          for (const { videoId } of each) emulator.setDownload(videoId, "default", { status: "ready", percent: 100 });
        await stack.mustUp();
      }
      for (const { videoId, fault, name: faultName } of each) {
        // A 404 must be true: after it there is nothing left to delete, and what is not listed does not exist.
        const more = faultName === "404" && operation === "deleteDownload" ? { afterProcessing: true } : {};
        if (faultName === "404" && operation === "listDownloads") emulator.setDownload(videoId, "default", undefined);
        if (fault !== undefined) emulator.injectFault({ ...fault, ...more, operation, videoId, times: 1_000_000 });
      }
      if (name === "creating") {
        for (const host of HOSTS) {
          const videoId = host.video(unknown);
          emulator.injectFault({ kind: "reset", afterProcessing: true, operation, videoId });
          const later = { operation: "listDownloads", after: 1, times: 9 } as const;
          emulator.injectFault({ ...later, kind: "status", status: 403, videoId });
        }
      }
      const verb = name === "destroying" ? "destroy" : "up";
      const { code, text } = await stack.run(
        verb,
        "--yes",
        "--skip-preview",
        "--continue-on-error",
        "--parallel",
        "64",
      );
      expect(code).to.not.equal(0);
      const known = new Set((await stack.resources()).map(({ id }) => id?.split("/").slice(1).join("/")));
      for (const file of emulator.files()) expect([...known], "no file is orphaned").to.include(file);
      const survived = {
        // After a POST or a DELETE whose fate is unknown a look tells that it acted: that is no failure.
        creating: /after it acted|half|success false|without a result|empty|wrong type|^404$/,
        resuming: /^404$/,
        // Of what the response to a DELETE contains nothing is needed.
        destroying: /after it acted|half|wrong type|without a result|200 with an empty body|^404$/,
      }[name];
      await eachHost((host) => {
        if (name === "creating") expect(emulator.files()).to.include(host.file(unknown));
        const silent = faults.filter(({ says }, n) => !says.test(host.linesAbout(`v${n}`, text)));
        expect(silent.map((fault) => fault.name).filter((fault) => !survived.test(fault))).to.deep.equal([]);
      });
      expect(text).to.not.match(/^\s+at .*\.[jt]s:\d+/m);
      expect(text, "what was being done is said once").to.not.match(/(\w+ download "\w+" of video [0-9a-f]{32}: )\1/);

      emulator.clearFaults();
      encodingMs = 0;
      emulator.clock.advance(FOREVER_MS);
      if (name === "destroying") {
        await stack.mustRun("destroy", "--yes", "--skip-preview");
        expect(emulator.files()).to.deep.equal([]);
        return;
      }
      await stack.mustUp("--parallel", "64");
      expect(emulator.files()).to.deep.equal(all);
    });
  }
});
