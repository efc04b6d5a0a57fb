import { expect } from "chai";
import { type Emulator, type Fault, startEmulator } from "../src";
import { ACCOUNT, TOKEN, video } from "../../../test/support/ids";
import { raw } from "./support/raw";

/** Two bytes, three bytes, and one that is outside of the BMP. */
const WORDS = "ü€🎬";

describe("a fault of the emulator", () => {
  let emulator: Emulator;
  let logged: unknown[];
  const { error: logError } = console;
  beforeEach(async () => {
    emulator = await startEmulator({ now: () => 0 });
    emulator.addVideo({ videoId: video(1), state: "error", errorReason: WORDS });
    logged = [];
    console.error = (...args: unknown[]) => logged.push(args);
  });
  afterEach(async () => {
    console.error = logError;
    await emulator.close();
  });
  const send = (path = "", method = "GET") =>
    raw(`${emulator.baseUrl}/accounts/${ACCOUNT}/stream/${video(1)}${path}`, {
      method,
      headers: { authorization: `Bearer ${TOKEN}` },
    });

  it("a fault of the emulator resets the connection, and does not merely close it", async () => {
    emulator.injectFault({ kind: "reset" });
    expect((await send()).failure).to.equal("ECONNRESET");
    const net = await import("node:net");
    emulator.injectFault({ kind: "reset" });
    const code = await new Promise<string>((resolve) => {
      const socket = net.connect(emulator.port, "127.0.0.1", () => {
        const path = `/client/v4/accounts/${ACCOUNT}/stream/${video(1)}`;
        socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${TOKEN}\r\n\r\n`);
      });
      socket.on("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? ""));
      socket.on("end", () => resolve("closed"));
    });
    expect(code).to.equal("ECONNRESET");
  });

  it("a fault of the emulator sends half of the bytes of the response as it is: its status, its headers, its length", async () => {
    emulator.injectFault({ kind: "half-body", afterProcessing: true });
    const refused = await send("/downloads", "POST");
    expect([refused.status, refused.failure]).to.deep.equal([400, "ECONNRESET"]);
    const whole = await send();
    emulator.injectFault({ kind: "half-body", afterProcessing: true });
    const half = await send();
    expect(half.status).to.equal(200);
    expect(Number(half.headers["content-length"])).to.equal(whole.body.length);
    expect(half.body).to.deep.equal(whole.body.subarray(0, Math.ceil(whole.body.length / 2)));
  });

  it("a fault of the emulator lets every character arrive whole, byte by byte", async () => {
    emulator.injectFault({ kind: "trickle", msPerByte: 0 });
    expect((await send()).body.toString()).to.contain(WORDS);
  });

  it("a fault of the emulator delays for longer than a timer can be set", async () => {
    emulator.injectFault({ kind: "delay", ms: 2 ** 31 });
    let isOver = false;
    const response = send().then(() => {
      isOver = true;
    });
    for (let n = 0; n < 5; n += 1) await send();
    expect(isOver).to.equal(false);
    emulator.clock.advance(2 ** 31);
    await response;
  });

  for (const fault of [
    { kind: "status", status: 503 },
    { kind: "body", body: "{}" },
    { kind: "half-body" },
    { kind: "trickle", msPerByte: 0 },
    { kind: "delay", ms: 0 },
    { kind: "reset" },
  ] as Fault[]) {
    it(`a fault ${fault.kind} meets a HEAD too, and nothing is printed`, async () => {
      emulator.injectFault(fault);
      const { status, body } = await send("", "HEAD");
      expect(body.length).to.equal(0);
      expect(status).to.be.oneOf([0, 200, 500, 503]);
      await send();
      expect(emulator.requests.map(({ method }) => method)).to.deep.equal(["HEAD", "GET"]);
      expect(logged).to.deep.equal([]);
    });
  }
});
