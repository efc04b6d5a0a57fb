/** What follows from an endpoint's address: whether it is on this machine, and whether a proxy may be used. */

/** Whether a host name is a loopback address. */
export function isLoopback(hostname: string): boolean {
  return hostname === "localhost" || hostname === "[::1]" || /^127(\.\d{1,3}){3}$/.test(hostname);
}

/**
 * Whether an endpoint may be reached through the proxy that the environment names. Only over https, where the proxy
 * forwards encrypted bytes; over plain http it would see the credentials. Never for a loopback address, which would be
 * the proxy's own machine.
 */
export function mayUseProxy(baseUrl: string): boolean {
  const { protocol, hostname } = new URL(baseUrl);
  return protocol === "https:" && !isLoopback(hostname);
}
