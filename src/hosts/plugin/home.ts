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
 * @returns undefined while no repository is set
 * @throws Error where it is not one of GitHub
 */
export function homeOf({ repository, version }: Manifest): Home | undefined {
  const given = typeof repository === "string" ? repository : repository?.url;
  if (given === undefined) return undefined;
  const [, owner, name] =
    /^(?:(?:git\+)?https:\/\/github\.com\/|github:)([\w.-]+)\/([\w.-]+?)(?:\.git)?$/.exec(given) ?? [];
  if (owner === undefined || name === undefined)
    throw new Error(`package.json: repository must be one of GitHub, such as "github:owner/name"; got ${given}`);
  const url = `https://github.com/${owner}/${name}`;
  return {
    owner,
    url,
    raw: `https://raw.githubusercontent.com/${owner}/${name}/v${version}`,
    pages: `${url}/blob/v${version}`,
    release: `${url}/releases/download/v${version}`,
  };
}

/** Of this package: here and in dist it is three folders above. */
export function manifest(): Manifest {
  return require("../../../package.json") as Manifest;
}
