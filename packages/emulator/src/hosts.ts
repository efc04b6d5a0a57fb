/**
 * Which Hosts and Origins are served. A name that somebody else owns can be made to resolve to this machine (DNS
 * rebinding), and any page that a developer opens can send requests here: neither may control the emulator or read from
 * it.
 */
import { isIPv4 } from "node:net";
import type { EmulatorOptions } from "./options";

/** Says why a request is refused, or undefined. `host` and `origin` are its headers. */
type HostCheck = (host: string | undefined, origin: string | undefined) => string | undefined;

export function hostCheck(options: EmulatorOptions): HostCheck {
  const allowed = new Set((options.allowedHosts ?? []).map((name) => name.toLowerCase()));
  if (allowed.has("*")) return () => undefined;
  if (options.host !== undefined) allowed.add(options.host.toLowerCase());
  if (options.origin !== undefined) allowed.add(new URL(options.origin).hostname);
  return (host, origin) => {
    const name = host === undefined ? "localhost" : hostnameOf(`http://${host}`);
    if (name === undefined || !(allowed.has(name) || isLoopback(name) || isAddress(name))) {
      return `the Host ${host} is not known here; --allow-host (the option allowedHosts) allows it`;
    }
    if (origin === undefined) return undefined;
    const from = hostnameOf(origin);
    if (from !== undefined && (allowed.has(from) || isLoopback(from))) return undefined;
    return `pages from ${origin} are not served; --allow-host (the option allowedHosts) allows them`;
  };
}

/**
 * An origin without a slash at the end.
 *
 * @throws Error where it is none
 */
export function originOf(text: string): string {
  const { protocol, origin, href } = URL.canParse(text) ? new URL(text) : { protocol: "", origin: "", href: "" };
  if (/^https?:$/.test(protocol) && href === `${origin}/`) return origin;
  throw new Error(`--origin (the option origin) must be like http://localhost:8787, without a path; got ${text}`);
}

function hostnameOf(url: string): string | undefined {
  return URL.canParse(url) ? new URL(url).hostname : undefined;
}

function isLoopback(name: string): boolean {
  return name === "localhost" || name.endsWith(".localhost") || name === "[::1]" || isIPv4Loopback(name);
}

function isIPv4Loopback(name: string): boolean {
  return isIPv4(name) && name.startsWith("127.");
}

/** An IP address needs no DNS, so it cannot be rebound. */
function isAddress(name: string): boolean {
  return isIPv4(name) || name.startsWith("[");
}
