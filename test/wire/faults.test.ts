import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { expect } from "chai";
import { type Emulator, type Fault, startEmulator } from "../../packages/emulator/src";
import { ApiError } from "../../src/stream/apiError";
import { NetworkError } from "../../src/stream/networkError";
import { explain } from "../../src/downloads/failure";
import { Job } from "../../src/budget/job";
import { throttleText } from "../../src/budget/throttled";
import { ACCOUNT, TOKEN, video } from "../support/ids";
import { openStream } from "../support/openStream";
import { SteppedTime } from "../support/steppedTime";

const first = { accountId: ACCOUNT, videoId: video(1) };
const audio = { ...first, type: "audio" as const };

/** What a promise is rejected with. */
async function failureOf(promise: Promise<unknown>): Promise<Error> {
  try {
    await promise;
  } catch (error) {
    return error as Error;
  }
  throw new Error("it went well");
}

describe("a request that something happens to", () => {
  let emulator: Emulator;
  beforeEach(async () => {
    emulator = await startEmulator();
  });
  afterEach(() => emulator.close());
  const posts = () => emulator.requests.filter((request) => request.method === "POST").length;

  const passing: Fault[] = [
    { kind: "reset" },
    { kind: "half-body", afterProcessing: true },
    { kind: "status", status: 408 },
    { kind: "status", status: 500 },
    { kind: "status", status: 502, body: "<html><title>502 Bad Gateway</title></html>" },
    { kind: "status", status: 503 },
    { kind: "status", status: 404, body: "<html><title>404 Not Found</title></html>" },
    { kind: "status", status: 404, body: "" },
    { kind: "status", status: 403, body: '{"message":"no Route matched with those values"}' },
    { kind: "status", status: 401, body: "<html><title>Sign in</title></html>" },
    { kind: "body", body: "<html>login</html>", contentType: "text/html" },
    { kind: "body", body: "" },
    { kind: "body", body: "[]" },
  ];
  for (const fault of passing) {
    const name = JSON.stringify(fault);
    it(`a reading request is retried: ${name}`, async () => {
      emulator.injectFault({ ...fault, times: 2 });
      expect(await openStream(emulator.baseUrl).api.listDownloads(first)).to.deep.equal({});
      expect(emulator.requests).to.have.length(3);
    });
  }

  it("a deleting request is retried, and a 404 then means that the first try succeeded", async () => {
    emulator.setDownload(video(1), "audio", { status: "ready", percent: 100 });
    emulator.injectFault({ kind: "reset", afterProcessing: true, operation: "deleteDownload" });
    expect(await openStream(emulator.baseUrl).api.deleteDownload(audio)).to.equal("absent");
    expect(emulator.files()).to.deep.equal([]);
  });

  for (const fault of [
    { kind: "reset", afterProcessing: true },
    { kind: "status", status: 500 },
    { kind: "status", status: 504 },
  ] as Fault[]) {
    it(`a creating request that may have been processed is not retried: ${JSON.stringify(fault)}`, async () => {
      emulator.injectFault(fault);
      await failureOf(openStream(emulator.baseUrl).api.createDownload(audio));
      expect(posts()).to.equal(1);
    });
  }

  it("a creating request that certainly was not processed is retried: 429", async () => {
    await emulator.close();
    const time = new SteppedTime();
    emulator = await startEmulator(time.emulator);
    emulator.injectFault({ kind: "status", status: 429 });
    await time.run(() => openStream(emulator.baseUrl, { clock: time }).api.createDownload(audio));
    expect(posts()).to.equal(2);
  });

  const pages: Fault[] = [
    ...[400, 401, 403, 404, 409, 410, 502].flatMap((status): Fault[] => [
      { kind: "status", status, body: "<html><title>Blocked</title></html>" },
      { kind: "status", status, body: '{"message":"Blocked"}' },
      { kind: "status", status, body: "" },
    ]),
    { kind: "body", body: "<html><title>Blocked</title></html>", contentType: "text/html" },
  ];
  for (const fault of pages) {
    it(`nothing is concluded from a response that is not the API's, whatever is requested: ${JSON.stringify(fault)}`, async () => {
      emulator.setDownload(video(1), "audio", { status: "ready", percent: 100 });
      emulator.injectFault({ ...fault, times: 1_000_000 });
      const { api } = openStream(emulator.baseUrl, { retries: 1 });
      for (const call of [
        () => api.listDownloads(first),
        () => api.videoDetails(first),
        () => api.deleteDownload(audio),
        () => api.createDownload(audio),
      ]) {
        const error = await failureOf(call());
        expect(explain(error))
          .to.match(/Blocked|empty body/)
          .and.contain("Something else responds instead of Cloudflare");
        expect(error).to.include({ notProcessed: false });
      }
      expect(emulator.requests.map(({ method }) => method).join(" ")).to.equal("GET GET GET GET DELETE DELETE POST");
    });
  }

  for (const fault of [
    { kind: "body", body: '{"success":true,"errors":[],"messages":[]}' },
    { kind: "status", status: 202, body: "" },
    { kind: "status", status: 204 },
  ] as Fault[]) {
    it(`a deletion whose response has no result has succeeded: ${JSON.stringify(fault)}`, async () => {
      emulator.setDownload(video(1), "audio", { status: "ready", percent: 100 });
      emulator.injectFault({ ...fault, afterProcessing: true, times: 1_000_000 });
      const isEmpty = fault.kind === "status";
      const outcome = await openStream(emulator.baseUrl).api.deleteDownload(audio);
      expect(outcome).to.equal(isEmpty ? "without a word" : "deleted");
      expect(emulator.requests).to.have.length(1);
      expect(emulator.files()).to.deep.equal([]);
    });
  }

  it("a creating request whose response has no result has succeeded, and a list without one is not taken for an empty one", async () => {
    emulator.injectFault({ kind: "body", body: '{"success":true,"errors":[],"messages":[]}', times: 2 });
    const { api } = openStream(emulator.baseUrl, { retries: 0 });
    expect(await api.createDownload(audio)).to.deep.equal({});
    expect((await failureOf(api.listDownloads(first))).message).to.contain("200: no envelope");
  });

  for (const [retryAfter, what] of [
    ["0", "zero"],
    ["Thu, 01 Jan 1970 00:00:09 GMT", "in the past"],
    ["3.5", "no whole number"],
    ["-1", "negative"],
    ["soon", "not a time"],
  ] as const) {
    it(`a request pauses longer after each 429 where the Retry-After is ${what}`, async () => {
      await emulator.close();
      const time = new SteppedTime();
      emulator = await startEmulator(time.emulator);
      emulator.injectFault({ kind: "status", status: 429, headers: { "retry-after": retryAfter }, times: 4 });
      await time.run(() => openStream(emulator.baseUrl, { clock: time }).api.listDownloads(first));
      const pauses = emulator.requests.map(({ at }, n) => at - (emulator.requests[n - 1]?.at ?? at));
      expect(pauses).to.deep.equal([0, 2000, 4000, 8000, 16_000]);
    });
  }

  it("of many requests that get a 429 together only one lengthens the pause", async () => {
    await emulator.close();
    const time = new SteppedTime();
    emulator = await startEmulator(time.emulator);
    const { api } = openStream(emulator.baseUrl, { clock: time });
    await time.run(() => api.listDownloads(first));
    emulator.injectFault({ kind: "status", status: 429, times: 20 });
    const started = time.now();
    await time.run(() =>
      Promise.all(Array.from({ length: 20 }, (_, n) => api.listDownloads({ ...first, videoId: video(n + 2) }))),
    );
    expect(time.now() - started).to.be.lessThan(10_000);
  });

  it("a pause that a server error asks for is told from 5 s on, has an end, and does not follow the last try", async () => {
    await emulator.close();
    const time = new SteppedTime();
    emulator = await startEmulator(time.emulator);
    const { api, limiter } = openStream(emulator.baseUrl, { clock: time, retries: 2 });
    const job = new Job();
    const told = new Set<string>();
    /** Lists, and asks every second why that waits. */
    const list = async () => {
      const ended = new AbortController();
      const listed = failureOf(api.listDownloads(first, { job })).finally(() => ended.abort());
      while (!ended.signal.aborted) {
        await time.sleep(1000, ended.signal).catch(() => undefined);
        const wait = limiter.waitOf(job);
        if (wait !== undefined) told.add(throttleText(wait));
      }
      await listed;
    };
    for (const [retryAfter, pause] of [
      ["4", 4000],
      ["8", 8000],
      ["900", 60_000],
    ] as const) {
      emulator.injectFault({ kind: "status", status: 503, headers: { "retry-after": retryAfter }, times: 3 });
      const started = time.now();
      await time.run(list);
      expect(time.now() - started).to.equal(2 * pause);
    }
    const said = (pause: string) => `waiting ${pause}: a server error asked for a pause`;
    expect([...told].slice(0, 3)).to.deep.equal([said("7s"), said("6s"), said("5s")]);
    expect([...told]).to.include(said("59s"));
  });

  it("a request waits a quarter of an hour at most for a budget that the API calls spent for a day", async () => {
    await emulator.close();
    const time = new SteppedTime();
    emulator = await startEmulator(time.emulator);
    const headers = { ratelimit: '"default";r=0;t=86400', "ratelimit-policy": '"default";q=1;w=86400' };
    emulator.injectFault({ kind: "status", status: 503, headers });
    const started = time.now();
    await time.run(() => openStream(emulator.baseUrl, { clock: time }).api.listDownloads(first));
    expect(time.now() - started).to.equal(900_000);
  });

  it("a request ends after 30 s, also when the response trickles, and not before", async () => {
    await emulator.close();
    const time = new SteppedTime();
    emulator = await startEmulator(time.emulator);
    const { api } = openStream(emulator.baseUrl, { clock: time, retries: 0 });
    const list = () => time.run(() => api.listDownloads(first));
    for (const kind of ["hang", "trickle"] as const) {
      emulator.injectFault({ kind });
      const started = time.now();
      expect(await failureOf(list()))
        .to.be.instanceOf(NetworkError)
        .with.property("fault", "timeout");
      expect(time.now() - started).to.equal(30_000);
    }
    emulator.injectFault({ kind: "delay", ms: 29_999 });
    expect(await list()).to.deep.equal({});
  });

  it("a request is retried after the pause that a 503 asks for", async () => {
    await emulator.close();
    const time = new SteppedTime();
    emulator = await startEmulator(time.emulator);
    emulator.injectFault({ kind: "status", status: 503, headers: { "retry-after": "7" } });
    const { api } = openStream(emulator.baseUrl, { clock: time });
    await time.run(() => api.listDownloads(first));
    expect(emulator.requests.map(({ at }) => at - (emulator.requests[0]?.at ?? 0))).to.deep.equal([0, 7000]);
  });

  it("a request ends at once when it is aborted, with the signal's reason", async () => {
    emulator.injectFault({ kind: "hang" });
    const controller = new AbortController();
    const reason = new Error("enough");
    const failure = failureOf(openStream(emulator.baseUrl).api.listDownloads(first, { signal: controller.signal }));
    while (emulator.requests.length === 0) await new Promise(setImmediate);
    controller.abort(reason);
    expect(await failure).to.equal(reason);
  });

  it("a request fails with the API's messages, codes and ray id", async () => {
    emulator.injectFault({ kind: "status", status: 422, code: 10010, message: "bad \u001b[31mred\u0007 words" });
    const error = (await failureOf(openStream(emulator.baseUrl).api.listDownloads(first))) as ApiError;
    expect(error).to.be.instanceOf(ApiError);
    expect(error.message).to.equal("Cloudflare responded with 422: bad [31mred words [code: 10010]");
    expect(error.rayId).to.match(/-EMU$/);
  });

  it("a refused connection, an unknown host and broken TLS are told apart", async () => {
    const cases = [
      ["http://127.0.0.1:1/client/v4", "refused"],
      ["http://does-not-exist.invalid/client/v4", "dns"],
      [emulator.baseUrl.replace("http:", "https:"), "tls"],
    ] as const;
    for (const [baseUrl, fault] of cases) {
      const error = await failureOf(openStream(baseUrl, { retries: 0 }).api.listDownloads(first));
      expect(error, baseUrl).to.be.instanceOf(NetworkError).with.property("fault", fault);
    }
  });
});

describe("a hostile server", () => {
  let server: Server | undefined;
  afterEach(() => {
    server?.closeAllConnections();
    server?.close();
  });
  const serve = async (handler: Parameters<typeof createServer>[1]) => {
    const started = createServer(handler as never);
    server = started;
    await new Promise<void>((resolve) => started.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${(started.address() as AddressInfo).port}/client/v4`;
  };

  it("a hostile server cannot lead the token to another host by a redirect", async () => {
    const elsewhere = await startEmulator();
    const baseUrl = await serve(((_request: unknown, response: import("node:http").ServerResponse) => {
      response
        .writeHead(307, { location: `${elsewhere.baseUrl}/accounts/${ACCOUNT}/stream/${video(1)}/downloads` })
        .end();
    }) as never);
    const error = await failureOf(openStream(baseUrl).api.listDownloads(first));
    expect(error.message).to.contain("307").and.contain("redirect");
    expect(elsewhere.requests).to.have.length(0);
    await elsewhere.close();
  });

  it("a hostile server cannot have text shown in an encoding that was not decoded", async () => {
    const baseUrl = await serve(((_request: unknown, response: ServerResponse) => {
      response.writeHead(403, { "content-encoding": "rot13" }).end("<title>fperg</title>");
    }) as never);
    const error = await failureOf(openStream(baseUrl, { retries: 0 }).api.listDownloads(first));
    expect(error.message).to.contain("403: no envelope");
  });

  it("a hostile server cannot fill the memory with a huge response", async () => {
    const baseUrl = await serve(((_request: unknown, response: import("node:http").ServerResponse) => {
      const chunk = Buffer.alloc(64 * 1024, 0x20);
      const more = () => {
        while (!response.destroyed && response.write(chunk));
      };
      response.on("drain", more);
      more();
    }) as never);
    const error = await failureOf(openStream(baseUrl).api.listDownloads(first));
    expect(error).to.be.instanceOf(NetworkError).with.property("fault", "oversized");
  });

  it("a hostile server cannot pollute prototypes, pass off a script as a url, or send an impossible percentage", async () => {
    let result = '{"__proto__":{"status":"ready"},"default":{"status":"inprogress","percentComplete":"1e999"}}';
    const baseUrl = await serve(((_request: unknown, response: import("node:http").ServerResponse) => {
      response.end(`{"success":true,"errors":[],"result":${result}}`);
    }) as never);
    const { api } = openStream(baseUrl);
    expect(await api.listDownloads(first)).to.deep.equal({ default: { status: "inprogress", percentComplete: 100 } });
    expect(({} as Record<string, unknown>).status).to.equal(undefined);
    result = '{"default":{"status":"inprogress","percentComplete":"NaN"}}';
    expect((await api.listDownloads(first)).default?.percentComplete).to.equal(0);
    result = '{"default":{"status":"ready","percentComplete":100,"url":"javascript:alert(1)"}}';
    expect((await failureOf(api.listDownloads(first))).message).to.contain("not an http(s) address");
  });

  for (const [code, what] of [
    [7000, "a path that the API does not have, as with a base URL without /client/v4"],
    [7003, "an object that the API cannot route to"],
  ] as const) {
    it(`a 404 with code ${code}, ${what}, is an error and does not pass for "no downloads"`, async () => {
      const baseUrl = await serve(((_request: unknown, response: ServerResponse) => {
        response.statusCode = 404;
        response.end(`{"success":false,"errors":[{"code":${code},"message":"no route"}],"result":null}`);
      }) as never);
      const { api } = openStream(baseUrl);
      const error = await failureOf(api.listDownloads(first));
      expect(error.message).to.contain(`[code: ${code}]`);
      expect(explain(error)).to.contain("CLOUDFLARE_BASE_URL").and.contain("ends in /client/v4");
    });
  }

  for (const errors of [
    "[]",
    '["not found"]',
    '[{"code":"404","message":"no such route"}]',
    '[{"message":"no such route"}]',
    '[{"code":404,"message":"no such route"}]',
  ]) {
    it(`a 404 without a code of the API's is an error and does not pass for "no downloads": ${errors}`, async () => {
      const baseUrl = await serve(((_request: unknown, response: ServerResponse) => {
        response.statusCode = 404;
        response.end(`{"success":false,"errors":${errors},"messages":[],"result":null}`);
      }) as never);
      const { api } = openStream(baseUrl);
      for (const call of [
        () => api.listDownloads(first),
        () => api.videoDetails(first),
        () => api.deleteDownload(audio),
      ])
        expect(await failureOf(call()))
          .to.be.instanceOf(ApiError)
          .with.property("status", 404);
    });
  }

  it("a hostile server cannot pass off what is not HTTP, or not in the encoding that it names, for a network that fails", async () => {
    const answers = [
      "SSH-2.0-OpenSSH_9.9\r\n",
      `HTTP/1.1 200 OK\r\nx: ${"x".repeat(100_000)}\r\n\r\n`,
      "HTTP/1.1 200 OK\r\ncontent-length: x\r\n\r\n{}",
      "HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 5\r\n\r\nabcde",
      "HTTP/1.1 200 OK\r\ncontent-encoding: br\r\ncontent-length: 5\r\n\r\nabcde",
    ];
    for (const answer of answers) {
      const baseUrl = await serve((() => undefined) as never);
      server?.removeAllListeners("connection").on("connection", (socket: Socket) => {
        socket.on("error", () => undefined).once("data", () => socket.end(answer));
      });
      const error = await failureOf(openStream(baseUrl, { retries: 0 }).api.listDownloads(first));
      server?.close();
      expect(explain(error), answer.slice(0, 80))
        .to.contain("the response was not in the format of this API")
        .and.contain("Something else responds instead of Cloudflare");
    }
  });

  it("no id can shape the path of a request", async () => {
    const baseUrl = await serve((() => undefined) as never);
    const { api } = openStream(baseUrl);
    const error = await failureOf(api.listDownloads({ accountId: ACCOUNT, videoId: `../${TOKEN}` }));
    expect(error.message).to.contain("must be 32 hexadecimal characters");
  });
});
