/** The Pulumi program of every random sequence: declares what a description says. */
module.exports =
  (pulumi, { StreamDownload, StreamDownloads }, { program, tokens, component }) =>
  async () => {
    const providers = new Map();
    const providerOf = (name) => {
      if (name === undefined) return undefined;
      const settings = { "cloudflare:apiToken": pulumi.secret(tokens[name]) };
      if (!providers.has(name)) providers.set(name, new pulumi.ProviderResource("pulumi-nodejs", name, settings));
      return providers.get(name);
    };
    const parent = program.some(({ inComponent }) => inComponent)
      ? new pulumi.ComponentResource(component.type, component.name)
      : undefined;
    const parentUrn = pulumi.createUrn(component.name, component.type);
    const declared = {};
    const outputs = {};
    const declare = ({
      name,
      kind,
      files,
      waitForReady,
      onFailure,
      secret,
      provider,
      inComponent,
      alias,
      from,
      dependsOn,
    }) => {
      const given = (value) => {
        const known = from === undefined ? value : outputs[from].apply(() => value);
        return secret ? pulumi.secret(known) : known;
      };
      const options = {
        provider: providerOf(provider),
        parent: inComponent ? parent : undefined,
        dependsOn: dependsOn === undefined ? undefined : declared[dependsOn],
        aliases:
          alias === undefined
            ? undefined
            : [{ name: alias.name, parent: alias.inComponent ? parentUrn : pulumi.rootStackResource }],
      };
      const items = files.map((file) => {
        const [videoId, type] = file.split("/");
        return { videoId, type };
      });
      if (kind === "single") {
        const [{ videoId, type }] = items;
        const args = { videoId: given(videoId), type, waitForReady };
        declared[name] = new StreamDownload(name, args, options);
        outputs[name] = declared[name].url;
      } else {
        const isPlain = items.every(({ type }) => type === "default");
        const ids = isPlain ? { videoIds: given(items.map(({ videoId }) => videoId)) } : { downloads: given(items) };
        declared[name] = new StreamDownloads(name, { ...ids, waitForReady, onFailure }, options);
        outputs[name] = declared[name].urls;
      }
    };
    for (const declaration of program.filter(({ late }) => late === undefined)) declare(declaration);
    const late = program.filter((declaration) => declaration.late !== undefined);
    // Settled too where nothing is known of it: in a preview, and of a resource that failed with --continue-on-error.
    if (late.length > 0) await Promise.all(Object.values(outputs).map((output) => output.promise()));
    if (late.some((declaration) => declaration.late === "later"))
      await new Promise((resolve) => setTimeout(resolve, 2000));
    for (const declaration of late) declare(declaration);
    return outputs;
  };
