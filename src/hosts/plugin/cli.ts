#!/usr/bin/env node
/**
 * `pulumi-resource-cloudflare-stream [<engine's address>]`: what the engine starts as its plugin. The first line that
 * it prints is its port. Without an address it waits for an engine to attach
 * (PULUMI_DEBUG_PROVIDERS=cloudflare-stream:<port>).
 */
import { serve } from "./server";

const address = process.argv.slice(2).find((arg) => /^[\w.[\]:-]+:\d+$/.test(arg));
serve(address).then(
  ({ port }) => process.stdout.write(`${port}\n`),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  },
);
