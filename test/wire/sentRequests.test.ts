import { Socket } from "node:net";
import { expect } from "chai";
import { Job } from "../../src/budget/job";
import { type Emulator, startEmulator } from "../../packages/emulator/src";
import { NetworkError } from "../../src/stream/networkError";
import { ensureDownload } from "../../src/downloads/ensureDownload";
import { type HttpsServer, startHttpsServer } from "../support/httpsServer";
import { ACCOUNT, video } from "../support/ids";
import { openStream } from "../support/openStream";
import { type RelayPlan, startRelay } from "../support/relay";
import { systemClock } from "../../src/core/clock";
import { until } from "../support/until";

const identity = { accountId: ACCOUNT, videoId: video(1), type: "default" as const };
const failureOf = (promise: Promise<unknown>) =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  );

/** Every socket of this process that is connected to a port: the client's ends. */
function socketsTo(port: number): Socket[] {
  const { _getActiveHandles: handles } = process as unknown as { _getActiveHandles(): unknown[] };
  return handles.call(process).filter((handle): handle is Socket => {
    return handle instanceof Socket && handle.remotePort === port;
  });
}

describe("a POST whose connection fails", () => {
  let emulator: Emulator;
  let server: HttpsServer;
  const closing: (() => void)[] = [];
  beforeEach(async () => {
    emulator = await startEmulator({ encodingMs: 0 });
    server = await startHttpsServer(emulator);
    // The company's authority is not known in this process; who is trusted is not what these tests are about.
    process.env.NODE_TLS_REJECT_UNAUTHORIZED = "0";
  });
  afterEach(async () => {
    delete process.env.NODE_TLS_REJECT_UNAUTHORIZED;
    for (const close of closing.splice(0)) close();
    await server.close();
    await emulator.close();
  });
  const posts = () => emulator.requests.filter(({ method }) => method === "POST").length;
  const relayed = async (protocol: "https" | "http", plan: RelayPlan) => {
    const to = protocol === "https" ? server.port : Number(new URL(emulator.baseUrl).port);
    const relay = await startRelay(to, plan);
    closing.push(() => relay.close());
    return { port: relay.port, baseUrl: `${protocol}://localhost:${relay.port}/client/v4` };
  };

  it("a POST that fails by a TLS error after it was sent may have been processed: it is not sent again, and a list request finds the download", async () => {
    let garbled = false;
    const { baseUrl } = await relayed("https", {
      onAnswer: (connection) => {
        if (posts() === 0 || garbled) return true;
        garbled = true;
        connection.garble();
        return false;
      },
    });
    const stream = openStream(baseUrl);
    const report = {
      status: () => undefined,
      progress: () => undefined,
      note: () => undefined,
      warn: () => undefined,
    };
    const operation = { ...stream, clock: systemClock, report, job: new Job(), signal: new AbortController().signal };
    const failures: unknown[] = [];
    const api = {
      createDownload: (...args: Parameters<typeof stream.api.createDownload>) =>
        stream.api.createDownload(...args).catch((error: unknown) => {
          failures.push(error);
          throw error;
        }),
      deleteDownload: stream.api.deleteDownload.bind(stream.api),
    };
    const outcome = await ensureDownload({ ...operation, api }, identity, { waitForReady: false }).catch(
      (error: unknown) => error,
    );
    expect(failures).to.have.length(1);
    expect(failures[0]).to.be.instanceOf(NetworkError).with.property("notProcessed", false);
    expect(outcome).to.have.nested.property("state.status");
    expect(posts()).to.equal(1);
  });

  it("a POST that fails by a certificate that is not trusted was not sent, and no byte of it was", async () => {
    delete process.env.NODE_TLS_REJECT_UNAUTHORIZED;
    const { baseUrl } = await relayed("https", {});
    const error = await failureOf(openStream(baseUrl).api.createDownload(identity));
    expect(error).to.be.instanceOf(NetworkError).with.property("fault", "tls");
    expect(error).to.have.property("notProcessed", true);
    expect(emulator.requests).to.have.length(0);
  });

  it("a POST that fails by a reset during the handshake was not sent, and is sent again", async () => {
    const { baseUrl } = await relayed("https", { onConnection: (_connection, nth) => nth > 2 });
    await openStream(baseUrl).api.createDownload(identity);
    expect(posts()).to.equal(1);
  });

  it("a POST that fails by a reset as soon as the server has a byte of it may have been processed, and is not sent again", async () => {
    let connections = 0;
    const { baseUrl } = await relayed("http", { onConnection: (_connection, nth) => (connections = nth) < 0 });
    const error = await failureOf(openStream(baseUrl).api.createDownload(identity));
    expect(error).to.be.instanceOf(NetworkError).with.property("notProcessed", false);
    expect(connections).to.equal(1);
  });

  for (const code of ["EHOSTUNREACH", "ENETUNREACH", "EPROTO", "ECONNRESET"]) {
    it(`a POST that fails by ${code} before the response may have been processed, also on a connection that was used before`, async () => {
      const { baseUrl, port } = await relayed("http", {});
      const { api } = openStream(baseUrl);
      await api.listDownloads(identity);
      emulator.injectFault({ kind: "hang", afterProcessing: true, operation: "createDownload" });
      const failure = failureOf(api.createDownload(identity));
      await until(() => posts() === 1);
      for (const socket of socketsTo(port)) socket.destroy(Object.assign(new Error(code), { code }));
      const error = await failure;
      expect(error).to.be.instanceOf(NetworkError).with.property("fault", "reset");
      expect(error).to.have.property("notProcessed", false);
      expect(posts()).to.equal(1);
    });
  }
});
