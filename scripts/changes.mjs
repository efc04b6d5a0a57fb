/**
 * What has changed since the last release, one file each in the folder `changes` of its package: the text of one line of the changelog, of any name that
 * ends in .md, so that two branches never change the same line. `npm run release` gathers them.
 */
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/**
 * Moves the changes of a package into its changelog, under the heading of a version, which is there once the first are moved.
 *
 * @param {string} folder of the package
 * @param {string} version that is released
 * @returns {string} what the changelog says of the version
 */
export function gatherChanges(folder, version) {
  const notes = join(folder, "changes");
  const files = existsSync(notes)
    ? readdirSync(notes)
        .filter((name) => name.endsWith(".md"))
        .sort()
    : [];
  const lines = files
    .map((name) => `- ${readFileSync(join(notes, name), "utf8").trim().replaceAll("\n", "\n  ")}\n`)
    .join("");
  const changelog = join(folder, "CHANGELOG.md");
  const [head, ...sections] = readFileSync(changelog, "utf8").split(/^(?=## )/m);
  const heading = `## ${version}\n`;
  const [newest = ""] = sections;
  if (newest.startsWith(heading))
    sections[0] = lines === "" ? newest : `${newest.trimEnd()}\n${lines}${sections.length > 1 ? "\n" : ""}`;
  else if (lines !== "") sections.unshift(`${heading}\n${lines}\n`);
  else throw new Error(`${changelog} says nothing of ${version}, and nothing is noted in ${notes}`);
  writeFileSync(changelog, head + sections.join(""));
  for (const name of files) rmSync(join(notes, name));
  return sections[0].slice(heading.length).trim();
}
