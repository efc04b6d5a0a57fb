/**
 * Where the project is at home: `repository` of package.json, the one place that names it. While that is not set, what
 * follows from it is left out.
 */

/** What package.json says of it. */
export interface Manifest {
  readonly version: string;
  readonly repository?: string | { readonly url: string };
}

export interface Home {
  readonly owner: string;
  /** The repository at GitHub. */
  readonly url: string;
  /** The folder of files as they are, at the version's tag. */
  readonly raw: string;
  /** The folder of pages as GitHub shows them, at the version's tag. */
  readonly pages: string;
  /** Where the version's archives are. */
  readonly release: string;
}

/**
 * What follows from package.json: of `github:acme/downloads` the url is `https://github.com/acme/downloads`.
 *
 * @param tagPrefix what stands before the version in its tag
 * @returns undefined while no repository of GitHub is set
 */
export function homeOf({ repository, version }: Manifest, tagPrefix = "v"): Home | undefined {
  const given = typeof repository === "string" ? repository : repository?.url;
  const [, owner, name] =
    /^(?:(?:git\+)?https:\/\/github\.com\/|github:)([\w.-]+)\/([\w.-]+?)(?:\.git)?$/.exec(given ?? "") ?? [];
  if (owner === undefined || name === undefined) return undefined;
  const url = `https://github.com/${owner}/${name}`;
  const tag = `${tagPrefix}${version}`;
  return {
    owner,
    url,
    raw: `https://raw.githubusercontent.com/${owner}/${name}/${tag}`,
    pages: `${url}/blob/${tag}`,
    release: `${url}/releases/download/${tag}`,
  };
}

/** Of this package, by its own name. */
export function manifest(): Manifest {
  return require("pulumi-cloudflare-stream-downloads/package.json") as Manifest;
}
