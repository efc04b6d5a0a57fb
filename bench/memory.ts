/** Whether memory stays flat: waits one after another in one process, heap measured after a collection. */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { ensureDownload } from "../src/downloads/ensureDownload";
import { ACCOUNT, openInProcess, operationIn, video } from "../test/support/inProcessApi";
import type { Section } from "./report";
import { inVirtualTime } from "../test/support/virtualTime";

export async function benchMemory(waits = 2000): Promise<Section> {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  const rows: (string | number)[][] = [];
  const world = openInProcess({ encodingMs: 60_000, rateLimit: false });
  await inVirtualTime(world.busy, async () => {
    const session = world.session();
    const operation = operationIn(session);
    for (let done = 0; done <= waits; done += 1) {
      if (done % (waits / 4) === 0) {
        world.api.requests.clear();
        collect();
        rows.push([done, process.memoryUsage().heapUsed / 1024 / 1024]);
      }
      const identity = { accountId: ACCOUNT, videoId: video(1), type: "default" } as const;
      await ensureDownload(operation, identity, { waitForReady: true });
      await session.api.deleteDownload(identity);
    }
  });
  return {
    name: "memory",
    title: `Memory over ${waits} waits`,
    text: "One process, one wait after another, each of 60 s on a moved clock; the heap after a collection.",
    header: ["waits", "heap (MiB)"],
    rows,
    data: rows.map(([done, heap]) => ({ waits: done, heapMiB: heap })),
  };
}
