import { expect } from "chai";
import type { VideoState } from "../../../packages/emulator/src";
import { Job } from "../../../src/budget/job";
import type { Operation, Progress } from "../../../src/downloads/operation";
import { waitForVideo } from "../../../src/downloads/videoReadiness";
import { openInProcess } from "../../support/inProcessApi";
import { inVirtualTime } from "../../support/virtualTime";
import { systemClock } from "../../../src/core/clock";
import { ACCOUNT, video } from "../../support/ids";

describe("waiting for a video", () => {
  for (const [state, words] of [
    ["pendingupload", "video not uploaded yet"],
    ["downloading", "video uploading"],
    ["queued", "video queued for encoding"],
    ["inprogress", "video encoding 0%"],
  ] as const satisfies [VideoState, string][]) {
    it(`waiting for a video reports that it is ${state}, and ends when it is ready`, async () => {
      const world = openInProcess({ strict: true });
      const said: string[] = [];
      await inVirtualTime(world.busy, async () => {
        world.api.store.declare(
          { videoId: video(1), state, readyAfterMs: 60_000, requireSignedURLs: state === "queued" },
          Date.now(),
        );
        const report = {
          status: () => undefined,
          progress: ({ text }: Progress) => said.push(text()),
          note: (text: string) => said.push(text),
          warn: () => undefined,
        };
        const operation: Operation = {
          ...world.session(),
          clock: systemClock,
          report,
          job: new Job(),
          signal: new AbortController().signal,
        };
        expect(await waitForVideo(operation, { accountId: ACCOUNT, videoId: video(1) })).to.equal(false);
        expect(Date.now()).to.be.within(60_000, 65_000);
      });
      const signed = said.filter((text) => text.includes("requires signed URLs"));
      expect(signed).to.have.length(state === "queued" ? 1 : 0);
      expect(said.find((text) => !signed.includes(text))).to.equal(`waiting for the video itself: ${words}`);
      expect(said.at(-1)).to.contain(words.split(" 0")[0]).and.contain("left");
    });
  }
});
