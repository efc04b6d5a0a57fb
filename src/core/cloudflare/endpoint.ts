/** What an endpoint's address says about the way to it. */

/** Whether a host name is this machine's own. */
export function isLoopback(hostname: string): boolean {
  return hostname === "localhost" || hostname === "[::1]" || /^127(\.\d{1,3}){3}$/.test(hostname);
}

/**
 * Whether an endpoint may be reached through the proxy that the environment names. Only over https, where a proxy passes on what it cannot read:
 * over plain http it would be handed the credentials. And never this machine's own address, which means another machine to a proxy.
 */
export function mayUseProxy(baseUrl: string): boolean {
  const { protocol, hostname } = new URL(baseUrl);
  return protocol === "https:" && !isLoopback(hostname);
}
