/**
 * npm shows the README outside of the repository, where relative links lead nowhere. Before it is packed (`prepack`) they are made absolute,
 * to the tag of the version, from `repository` in package.json; afterwards (`postpack`, or with `--restore`) it is as it was.
 */
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** Where the README is kept while it is packed. */
const KEPT = "README.md.kept";

/**
 * A page with absolute links: to files as GitHub shows them, to images as they are.
 *
 * @param {string} page Markdown with links from the repository's root
 * @param {{ repository?: string | { url: string }, version: string }} manifest package.json; without `repository` nothing is changed
 */
export function absoluteLinks(page, { repository, version }) {
  const given = typeof repository === "string" ? repository : repository?.url;
  const [, name] =
    /^(?:(?:git\+)?https:\/\/github\.com\/|github:)?([\w.-]+\/[\w.-]+?)(?:\.git)?$/.exec(given ?? "") ?? [];
  if (name === undefined) {
    if (given)
      throw new Error(`package.json: repository must be one of GitHub, such as "github:owner/name"; got ${given}`);
    return page;
  }
  return page.replace(/(!?)\[((?:[^\][]|\[[^\][]*\])*)\]\((?!https?:|#)([^)\s]+)\)/g, (_, image, text, path) => {
    const base = image
      ? `https://raw.githubusercontent.com/${name}/v${version}`
      : `https://github.com/${name}/blob/v${version}`;
    return `${image}[${text}](${base}/${path})`;
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (existsSync(KEPT)) renameSync(KEPT, "README.md");
  if (!process.argv.includes("--restore")) {
    const page = readFileSync("README.md", "utf8");
    const packed = absoluteLinks(page, JSON.parse(readFileSync("package.json", "utf8")));
    if (packed === page) {
      console.error("README.md: its links stay relative, because package.json names no repository");
    } else {
      writeFileSync(KEPT, page);
      writeFileSync("README.md", packed);
    }
  }
}
