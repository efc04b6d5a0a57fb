/**
 * The proxy that the environment names for an endpoint: the variables, their order and their forms are those of curl,
 * git and npm.
 */
import { BlockList, isIP } from "node:net";
import { mayUseProxy } from "./endpoint";

/** An HTTP proxy. */
export interface Proxy {
  /** The variable that names it, for messages. */
  readonly variable: string;
  /** Whether the connection to the proxy itself is encrypted: `https://` in the variable. */
  readonly isSecure: boolean;
  /** A name, or an IP address without brackets. */
  readonly host: string;
  readonly port: number;
  /** The `Proxy-Authorization` header, if the variable has credentials. A secret. */
  readonly authorization?: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** In the order in which they count. */
const VARIABLES = ["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"];

/**
 * The proxy for an endpoint; undefined where none is named, or none may be used.
 *
 * @throws Error when the variable is not the address of an HTTP proxy. The message does not show it: it may contain a
 *   password
 */
export function proxyFor(baseUrl: string, env: Environment): Proxy | undefined {
  if (!mayUseProxy(baseUrl) || isExcepted(new URL(baseUrl), env.no_proxy || env.NO_PROXY || "")) return undefined;
  const variable = VARIABLES.find((name) => (env[name] ?? "").trim() !== "");
  return variable === undefined ? undefined : parse(variable, (env[variable] ?? "").trim());
}

function parse(variable: string, text: string): Proxy {
  // "host:3128" alone would be a URL whose scheme is the host.
  const withScheme = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`;
  const url = URL.canParse(withScheme) ? new URL(withScheme) : undefined;
  const isAddress =
    url !== undefined && /^https?:$/.test(url.protocol) && `${url.pathname}${url.search}${url.hash}` === "/";
  // A backslash that is not encoded ends the host, as a slash does.
  if (!isAddress || text.includes("\\")) {
    throw new Error(
      `${variable} is not the address of an HTTP proxy, such as http://user:password@host:port. In the user and the password, write %40 for @, %3A for :, %2F for /, %23 for #, and %5C for \\.`,
    );
  }
  const isSecure = url.protocol === "https:";
  const credentials = `${decoded(url.username)}:${decoded(url.password)}`;
  return {
    variable,
    isSecure,
    host: withoutBrackets(url.hostname),
    port: Number(url.port || (isSecure ? 443 : 80)),
    ...(credentials === ":" ? {} : { authorization: `Basic ${Buffer.from(credentials).toString("base64")}` }),
  };
}

/** What was percent-encoded. A percent sign that encodes nothing stands for itself. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/**
 * Whether NO_PROXY lists a host: a domain, which is also all below it, whether it is written as `domain`, `.domain` or
 * `*.domain`; an address or a subnet; each perhaps with a port; `*` is every host.
 */
function isExcepted(url: URL, noProxy: string): boolean {
  const host = withoutBrackets(url.hostname.toLowerCase()).replace(/\.$/, "");
  const port = url.port || "443";
  const entries = noProxy.toLowerCase().split(/[\s,]+/);
  return entries.some((entry) => {
    if (entry === "*") return true;
    if (entry.includes("/")) return isInSubnet(host, entry);
    const [, named = entry, onlyPort] = /^(\[.+\]|[^:]+)(?::(\d+))?$/.exec(entry) ?? [];
    if (onlyPort !== undefined && onlyPort !== port) return false;
    if (/^\*[^.]/.test(named)) return host.endsWith(named.slice(1));
    const domain = withoutBrackets(named.replace(/^\*?\./, ""));
    return domain !== "" && (host === domain || (isIP(host) === 0 && host.endsWith(`.${domain}`)));
  });
}

function isInSubnet(host: string, entry: string): boolean {
  const [base = "", bits = ""] = entry.split("/");
  const network = withoutBrackets(base);
  const version = isIP(host);
  if (version === 0 || isIP(network) !== version || !/^\d+$/.test(bits) || Number(bits) > (version === 4 ? 32 : 128))
    return false;
  const family = version === 4 ? "ipv4" : "ipv6";
  const subnet = new BlockList();
  subnet.addSubnet(network, Number(bits), family);
  return subnet.check(host, family);
}

function withoutBrackets(host: string): string {
  return host.replace(/^\[(.*)\]$/, "$1");
}
