import { expect } from "chai";
import { EmulatorClock } from "../src/clock";
import { type Emulator, type EmulatorOptions, startEmulator } from "../src";
import { ACCOUNT, TOKEN, video } from "../../../test/support/ids";
import { until } from "../../../test/support/until";

const HOUR_MS = 3_600_000;

describe("a response that a fault of the emulator delays", () => {
  let emulator: Emulator;
  const start = async (options: EmulatorOptions = {}) => {
    emulator = await startEmulator({ now: () => 0, ...options });
  };
  afterEach(() => emulator.close());
  const send = (signal?: AbortSignal) =>
    fetch(`${emulator.baseUrl}/accounts/${ACCOUNT}/stream/${video(1)}/downloads`, {
      headers: { authorization: `Bearer ${TOKEN}` },
      ...(signal === undefined ? {} : { signal }),
    });

  it("a delayed response comes when the emulator's clock is moved past the delay, and not before", async () => {
    await start();
    emulator.injectFault({ kind: "delay", ms: HOUR_MS });
    let status = 0;
    const response = send().then((received) => {
      status = received.status;
    });
    await until(() => emulator.faults().length === 0);
    emulator.clock.advance(HOUR_MS - 1);
    expect((await send()).status, "another request is not delayed").to.equal(200);
    expect(status).to.equal(0);
    emulator.clock.advance(1);
    await response;
    expect(status).to.equal(200);
  });

  it("a delayed response comes byte by byte as the emulator's clock moves", async () => {
    await start();
    emulator.injectFault({ kind: "trickle", msPerByte: HOUR_MS });
    const reader = (await send()).body?.getReader();
    let text = "";
    for (let bytes = 1; bytes <= 5; bytes += 1) {
      const next = reader?.read();
      emulator.clock.advance(HOUR_MS);
      text += new TextDecoder().decode((await next)?.value);
      expect(text).to.equal('{"success":true'.slice(0, bytes));
    }
    await reader?.cancel();
  });

  it("a delayed response waits in the way that a test gives, which thereby knows of it until the client has hung up", async () => {
    const waiting = new Set<number>();
    const sleep = (ms: number, signal: AbortSignal) =>
      new Promise<void>((_resolve, reject) => {
        waiting.add(ms);
        signal.addEventListener("abort", () => {
          waiting.delete(ms);
          reject(signal.reason);
        });
      });
    await start({ sleep });
    emulator.injectFault({ kind: "hang" });
    emulator.injectFault({ kind: "delay", ms: HOUR_MS });
    const client = new AbortController();
    const failures = Promise.allSettled([send(client.signal), send(client.signal)]);
    await until(() => waiting.size === 2);
    expect([...waiting].sort()).to.deep.equal([HOUR_MS, Number.POSITIVE_INFINITY]);
    client.abort();
    await failures;
    await until(() => waiting.size === 0);
  });

  it("a delayed response that never comes sets no timer that is too long for Node.js, which would end at once", async () => {
    const warnings: string[] = [];
    const onWarning = ({ name }: Error) => warnings.push(name);
    process.on("warning", onWarning);
    const client = new AbortController();
    const wait = new EmulatorClock({}).wait(Number.POSITIVE_INFINITY, client.signal);
    await new Promise((resolve) => setImmediate(resolve));
    client.abort();
    await wait;
    process.off("warning", onWarning);
    expect(warnings).to.deep.equal([]);
  });
});
