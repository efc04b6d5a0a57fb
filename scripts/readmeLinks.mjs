/** npm shows a package's pages outside of the repository, where relative links lead nowhere: in what is packed they are absolute, to the tag of the version. */
import { posix } from "node:path";

/**
 * A page with absolute links: to files as GitHub shows them, to images as they are.
 *
 * @param {string} page Markdown
 * @param {{ pages: string, raw: string }} home where files and images are
 * @param {string} folder of the page in the repository, from which its links lead; "" for the root
 */
export function absoluteLinks(page, { pages, raw }, folder) {
  return page.replace(/(!?)\[((?:[^\][]|\[[^\][]*\])*)\]\((?!https?:|#)([^)\s]+)\)/g, (_, image, text, path) => {
    return `${image}[${text}](${image ? raw : pages}/${posix.join(folder, path)})`;
  });
}
