/** Whether this process is a plugin of the engine, and the engine's address. */

/** The engine's address, `host:port`, when this process is Pulumi's dynamic provider; otherwise undefined. */
export function engineAddress(argv: readonly string[] = process.argv): string | undefined {
  const script = argv[1] ?? "";
  const address = argv[argv.length - 1] ?? "";
  return /dynamic-provider/.test(script) && /^[\w.[\]:-]+:\d+$/.test(address) ? address : undefined;
}
