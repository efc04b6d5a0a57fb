import { expect } from "chai";
import { type Emulator, startEmulator } from "../../packages/emulator/src";
import { UNKNOWN } from "../../src/core/values";
import { decode, encode } from "../../src/hosts/plugin/properties";
import { ACCOUNT, OTHER_ACCOUNT, TOKEN, video } from "../support/ids";
import { messages, PluginClient } from "../support/pluginClient";
import { until } from "../support/until";

const urn = (name: string, type = "StreamDownload") =>
  `urn:pulumi:dev::project::a:b:Parent$cloudflare-stream:index:${type}::${name}`;

describe("the plugin's protocol", () => {
  let emulator: Emulator;
  let plugin: PluginClient;
  beforeEach(async () => {
    emulator = await startEmulator({ encodingMs: 0 });
    plugin = await PluginClient.start();
    await plugin.configure({ apiToken: TOKEN, accountId: ACCOUNT, baseUrl: emulator.baseUrl });
  });
  afterEach(async () => {
    plugin.close();
    await emulator.close();
  });

  const check = async (name: string, news: object, { type = "StreamDownload", secrets = [] as string[] } = {}) => {
    const request = new messages.CheckRequest();
    request.setUrn(urn(name, type));
    request.setOlds(encode({}));
    request.setNews(encode({ ...news }, new Set(secrets)));
    const response = await plugin.call<messages.CheckResponse>("check", request);
    return {
      ...decode(response.getInputs()),
      failures: response.getFailuresList().map((failure) => failure.toObject()),
    };
  };
  const creation = (
    name: string,
    inputs: object,
    more: { secrets?: Iterable<string>; preview?: boolean; type?: string; timeout?: number } = {},
  ) => {
    const request = new messages.CreateRequest();
    request.setUrn(urn(name, more.type));
    request.setProperties(encode({ ...inputs }, new Set(more.secrets)));
    request.setPreview(more.preview ?? false);
    request.setTimeout(more.timeout ?? 0);
    return request;
  };
  const create = async (...args: Parameters<typeof creation>) => {
    const response = await plugin.call<messages.CreateResponse>("create", creation(...args));
    return { id: response.getId(), ...decode(response.getProperties()) };
  };
  const diff = async (oldInputs: object, outputs: object, news: object) => {
    const request = new messages.DiffRequest();
    request.setUrn(urn("one"));
    request.setId(`${ACCOUNT}/${video(1)}/default`);
    request.setOldInputs(encode({ ...oldInputs }));
    request.setOlds(encode({ ...outputs }));
    request.setNews(encode({ ...news }));
    const response = await plugin.call<messages.DiffResponse>("diff", request);
    const detailed = [...response.getDetaileddiffMap().entries()].map(([key, value]) => [key, value.getKind()]);
    return {
      changes: response.getChanges(),
      replaces: response.getReplacesList(),
      detailed: Object.fromEntries(detailed) as Record<string, number>,
    };
  };
  const { DIFF_NONE, DIFF_SOME } = messages.DiffResponse.DiffChanges;
  const { UPDATE, UPDATE_REPLACE } = messages.PropertyDiff.Kind;
  const inputs = { videoId: video(1), type: "default", accountId: ACCOUNT, waitForReady: true };
  const ready = { ...inputs, status: "ready", percentComplete: 100, url: "u" };

  it("the plugin says what it can do, and responds with UNIMPLEMENTED to what it cannot", async () => {
    const handshake = await plugin.call<messages.ProviderHandshakeResponse>(
      "handshake",
      new messages.ProviderHandshakeRequest(),
    );
    expect(handshake.getAcceptSecrets()).to.equal(true);
    const configured = await plugin.configure({ apiToken: TOKEN });
    expect(configured.toObject()).to.include({ acceptsecrets: true, supportspreview: true });
    for (const [call, request] of [
      ["construct", new messages.ConstructRequest()],
      ["getMapping", new messages.GetMappingRequest()],
      ["parameterize", new messages.ParameterizeRequest()],
    ] as const) {
      expect((await plugin.failure(call, request)).code, call).to.equal(12);
    }
  });

  it("the plugin names wrong settings by their paths, and makes the credentials secret", async () => {
    const checkConfig = async (settings: Record<string, unknown>) => {
      const request = new messages.CheckRequest();
      request.setNews(encode(settings));
      const response = await plugin.call<messages.CheckResponse>("checkConfig", request);
      return {
        ...decode(response.getInputs()),
        failures: response.getFailuresList().map((failure) => failure.toObject()),
      };
    };
    const wrong = await checkConfig({
      accountId: "x",
      baseUrl: "http://example.com",
      allowInsecureBaseUrl: "perhaps",
      typo: 1,
    });
    expect(wrong.failures.map(({ property }) => property)).to.deep.equal(["typo", "accountId", "allowInsecureBaseUrl"]);
    const insecure = await checkConfig({ baseUrl: "http://example.com" });
    expect(insecure.failures).to.have.lengthOf(1);
    expect(insecure.failures[0]?.property).to.equal("baseUrl");
    const notOneLine = await checkConfig({ userAgentOperatorSuffix: "acme\nX-Auth-Key: k" });
    expect(notOneLine.failures.map(({ property }) => property)).to.deep.equal(["userAgentOperatorSuffix"]);
    const notBoolean = await checkConfig({ previewChecks: "perhaps" });
    expect(notBoolean.failures.map(({ property }) => property)).to.deep.equal(["previewChecks"]);
    const right = await checkConfig({
      previewChecks: false,
      apiToken: "t",
      apiKey: "k",
      email: "e",
      accountId: UNKNOWN,
      version: "1.0.0",
    });
    expect(right.failures).to.deep.equal([]);
    expect([...right.secrets].sort()).to.deep.equal(["apiKey", "apiToken"]);
  });

  it("the plugin names the option provider where it is asked for another package's resource, and its version where for one of its own", async () => {
    const failure = async (type: string) => {
      const request = new messages.CheckRequest();
      request.setUrn(`urn:pulumi:dev::project::acme:media:Group$${type}::one`);
      request.setNews(encode({}));
      return plugin.call("check", request).then(
        () => "",
        (error: { details?: string }) => error.details,
      );
    };
    await plugin.configure({ apiToken: TOKEN });
    expect(await failure("cloudflare:index/stream:Stream")).to.equal(
      'the option provider gives a resource of "cloudflare" the provider of "cloudflare-stream", which does not know it. ' +
        "Leave it out, or give it to the component around the resource, as providers: […].",
    );
    expect(await failure("cloudflare-stream:index:Later")).to.equal(
      "there is no resource cloudflare-stream:index:Later in this version of the plugin",
    );
  });

  it("the plugin replaces no resource for other settings", async () => {
    const request = new messages.DiffRequest();
    request.setOlds(encode({ accountId: ACCOUNT }));
    request.setNews(encode({ accountId: OTHER_ACCOUNT }));
    const response = await plugin.call<messages.DiffResponse>("diffConfig", request);
    expect(response.toObject()).to.deep.include({ changes: DIFF_SOME, diffsList: ["accountId"], replacesList: [] });
  });

  it("the plugin checks inputs: defaults, failures with paths, unknown values, two resources of one download", async () => {
    expect((await check("one", { videoId: video(1).toUpperCase() })).values).to.deep.equal(inputs);
    expect((await check("two", { videoId: video(1) })).failures[0]).to.deep.include({ property: "videoId" });
    expect((await check("three", { videoId: UNKNOWN })).values).to.include({ videoId: UNKNOWN });
    const library = await check("library", { videoIds: ["x"] }, { type: "StreamDownloads" });
    expect(library.failures.map(({ property, reason }) => `${property} ${reason}`)).to.deep.equal([
      ' videoIds[0]: must be a video\'s id, 32 hexadecimal characters; got "x" (1 characters)',
    ]);
  });

  it("the plugin says of each changed property whether it replaces, and of what is unfinished that it changes", async () => {
    await check("one", inputs);
    expect(await diff(inputs, ready, inputs)).to.deep.equal({ changes: DIFF_NONE, replaces: [], detailed: {} });
    expect(await diff(inputs, ready, { ...inputs, type: "audio" })).to.deep.equal({
      changes: DIFF_SOME,
      replaces: ["type"],
      detailed: { type: UPDATE_REPLACE },
    });
    expect((await diff(inputs, ready, { ...inputs, waitForReady: false })).detailed).to.deep.equal({
      waitForReady: UPDATE,
    });
    const unfinished = { ...ready, status: "inprogress" };
    expect(await diff(inputs, unfinished, inputs)).to.deep.equal({ changes: DIFF_SOME, replaces: [], detailed: {} });
  });

  it("the plugin previews what is known and writes nothing", async () => {
    await check("one", { videoId: video(1) });
    const known = await create("one", inputs, { preview: true });
    expect(known.id).to.equal("");
    expect(known.values).to.deep.equal({ ...inputs, url: UNKNOWN, status: UNKNOWN, percentComplete: UNKNOWN });
    const unknown = await create("two", { ...inputs, videoId: UNKNOWN }, { preview: true });
    expect(unknown.id).to.equal("");
    expect(emulator.requests.map(({ method }) => method)).to.deep.equal(["GET", "GET"]);
  });

  it("the plugin takes what is made of a secret for a secret, and keeps what it is of a library out of messages", async () => {
    const checked = await check("one", { videoId: video(1) }, { secrets: ["videoId"] });
    const created = await create("one", checked.values, checked);
    expect([...created.secrets].sort()).to.deep.equal(["url", "videoId"]);
    const type = "StreamDownloads";
    const library = await check("library", { videoIds: [video(2)] }, { type, secrets: ["videoIds"] });
    expect(library.failures).to.deep.equal([]);
    emulator.injectFault({ kind: "status", status: 403, operation: "createDownload", times: 9 });
    const { message, partial } = await plugin.failure(
      "create",
      creation("library", library.values, { ...library, type }),
    );
    expect(message).to.contain("lacks a permission").and.not.contain(video(2));
    expect([...(partial?.secrets ?? [])].sort()).to.deep.equal(["failures", "statuses", "urls"]);
  });

  it("the plugin tells the status of each download that exists of a library, also where others fail", async () => {
    const type = "StreamDownloads";
    emulator.injectFault({ kind: "status", status: 403, operation: "createDownload", videoId: video(2), times: 9 });
    const library = await check("library", { videoIds: [video(1), video(2)] }, { type });
    const { partial } = await plugin.failure("create", creation("library", library.values, { type }));
    expect(partial?.values.statuses).to.deep.equal({ [video(1)]: { default: "ready" } });
  });

  it("the plugin hands over what exists unfinished, with its secrets, when the time is over or the engine cancels", async () => {
    await emulator.close();
    emulator = await startEmulator({ encodingMs: 3_600_000 });
    await plugin.configure({ apiToken: TOKEN, accountId: ACCOUNT, baseUrl: emulator.baseUrl });
    const late = await plugin.failure("create", creation("one", inputs, { timeout: 0.2, secrets: ["videoId"] }));
    expect(late.partial).to.deep.include({ id: `${ACCOUNT}/${video(1)}/default` });
    expect(late.partial?.values)
      .to.deep.include({ videoId: video(1), status: "inprogress" })
      .and.not.have.property("__urn");
    expect([...(late.partial?.secrets ?? [])]).to.deep.equal(["videoId"]);
    expect(late.partial?.reasons[0]).to.contain("the time limit of 0s was exceeded");
    const cancelled = plugin.failure("create", creation("two", { ...inputs, videoId: video(2) }));
    await until(() => emulator.generations(video(2), "default") === 1);
    await plugin.cancel();
    expect((await cancelled).partial?.reasons[0]).to.contain("cancelled while waiting");
  });

  it("the plugin reads for a refresh, for a look-up by id and for an import, with inputs", async () => {
    emulator.setDownload(video(1), "audio", { status: "ready", percent: 100 });
    const read = async (id: string, props: object, oldInputs: object) => {
      const request = new messages.ReadRequest();
      request.setUrn(urn("one"));
      request.setId(id);
      request.setProperties(encode({ ...props }));
      request.setInputs(encode({ ...oldInputs }));
      const response = await plugin.call<messages.ReadResponse>("read", request);
      return {
        id: response.getId(),
        outputs: decode(response.getProperties()).values,
        inputs: decode(response.getInputs()).values,
      };
    };
    const id = `${ACCOUNT}/${video(1)}/audio`;
    const imported = await read(id, {}, {});
    expect(imported).to.deep.include({ id, inputs: { ...inputs, type: "audio" } });
    expect(imported.outputs).to.include({ status: "ready" });
    expect(await read(`${ACCOUNT}/${video(1)}/default`, ready, inputs)).to.deep.equal({
      id: "",
      outputs: {},
      inputs: {},
    });
    expect((await read(id, { ...ready, type: "audio" }, { ...inputs, type: "audio" })).inputs).to.include({
      type: "audio",
    });
  });

  it("the plugin looks up a video's downloads, and finds none in a preview without credentials", async () => {
    emulator.setDownload(video(1), "default", { status: "ready", percent: 100 });
    const request = new messages.InvokeRequest();
    request.setTok("cloudflare-stream:index:getStreamDownloads");
    request.setArgs(encode({ videoId: video(1) }));
    const invoke = async () =>
      decode((await plugin.call<messages.InvokeResponse>("invoke", request)).getReturn()).values;
    expect(await invoke()).to.have.nested.property("default.status", "ready");
    await plugin.configure({});
    const { CLOUDFLARE_API_TOKEN: token, ...others } = process.env;
    process.env = others;
    try {
      request.setPreview(true);
      await plugin.configure({ accountId: ACCOUNT });
      expect(await invoke()).to.deep.equal({ videoId: video(1) });
      request.setPreview(false);
      const { message } = await plugin.failure("invoke", request);
      expect(message).to.contain("cloudflare-stream:apiToken").and.not.contain(" cloudflare:");
    } finally {
      process.env = { ...others, ...(token === undefined ? {} : { CLOUDFLARE_API_TOKEN: token }) };
    }
  });

  it("the plugin lists an account's videos, secretly where an argument is secret, and finds none in a preview without credentials", async () => {
    emulator.addVideos({ count: 2, creator: "me", created: "2026-01-01T00:00:00.000001Z" });
    const request = new messages.InvokeRequest();
    request.setTok("cloudflare-stream:index:getStreamVideos");
    request.setArgs(encode({ creator: "me", limit: 1, accountId: null }));
    const invoke = async () => decode((await plugin.call<messages.InvokeResponse>("invoke", request)).getReturn());
    const listed = {
      videoId: video(2),
      name: "video 2",
      status: "ready",
      duration: 12.5,
      size: 4_190_963,
      created: "2026-01-01T00:00:01.000001Z",
      requireSignedURLs: false,
      creator: "me",
    };
    const found = { accountId: ACCOUNT, videoIds: [video(2)], videos: [listed] };
    expect(await invoke()).to.deep.equal({ values: found, secrets: new Set() });
    request.setArgs(encode({ creator: "me", limit: 1 }, new Set(["creator"])));
    expect(await invoke()).to.deep.equal({ values: found, secrets: new Set(Object.keys(found)) });
    await plugin.configure({});
    const { CLOUDFLARE_API_TOKEN: token, ...others } = process.env;
    process.env = others;
    try {
      request.setPreview(true);
      expect((await invoke()).values).to.deep.equal({ videoIds: [], videos: [] });
      request.setPreview(false);
      const { message } = await plugin.failure("invoke", request);
      expect(message).to.contain("getStreamVideos: listing the account's videos: no Cloudflare credentials");
    } finally {
      process.env = { ...others, ...(token === undefined ? {} : { CLOUDFLARE_API_TOKEN: token }) };
    }
  });

  it("the plugin lists the downloads that exist of an account, a creator or a video, as many as are wanted, and nothing of another kind", async () => {
    emulator.addVideos({ count: 120, creator: "me" });
    emulator.addVideo({ videoId: video(500) });
    for (const n of [2, 60, 120, 500]) emulator.setDownload(video(n), "default", { status: "ready", percent: 100 });
    emulator.setDownload(video(60), "audio", { status: "inprogress", percent: 5 });
    const request = new messages.ListRequest();
    const list = async (query: object, { token = "StreamDownload", limit = 0 } = {}) => {
      request.setToken(`cloudflare-stream:index:${token}`);
      request.setQuery(encode({ ...query }));
      request.setLimit(limit);
      const responses = await plugin.list(request);
      return responses.map((response) => (response.hasComputed() ? "unknown" : response.getResult()?.getId()));
    };
    const id = (n: number, type = "default") => `${ACCOUNT}/${video(n)}/${type}`;
    const mine = [id(2), id(60), id(60, "audio"), id(120)];
    expect(await list({})).to.have.members([...mine, id(500)]);
    expect(await list({ creator: "me" })).to.have.members(mine);
    expect(await list({ creator: "me" }, { limit: 2 })).to.have.length(2);
    expect(await list({ videoId: video(60) })).to.deep.equal([id(60), id(60, "audio")]);
    expect(await list({ creator: UNKNOWN })).to.deep.equal(["unknown"]);
    const failure = (query: object, token?: string) =>
      list(query, { ...(token === undefined ? {} : { token }) }).then(
        () => "",
        (error: Error) => error.message,
      );
    expect(await failure({}, "StreamDownloads")).to.contain("StreamDownloads cannot be listed");
    expect(await failure({ videoId: "x" })).to.contain("videoId must be 32 hexadecimal characters");
    emulator.injectFault({ kind: "status", status: 403, times: 9 });
    expect(await failure({}))
      .to.contain("listing the account's videos")
      .and.contain("403");
  });

  it("the plugin serves one engine after the other when it is attached to", async () => {
    await check("one", inputs);
    await plugin.attach("127.0.0.1:1");
    await plugin.configure({ apiToken: TOKEN, accountId: ACCOUNT, baseUrl: emulator.baseUrl });
    expect((await check("two", inputs)).failures, "the other engine's resources are no matter").to.deep.equal([]);
  });
});
