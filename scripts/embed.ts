/** Shows files whole on the pages of docs: a code block after `<!-- shows <path> -->` is that file, by its path from the page. */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, extname, join, resolve } from "node:path";

export const docs = resolve(__dirname, "../docs");

const LANGUAGES: Record<string, string> = {
  ".mjs": "js",
  ".js": "js",
  ".ts": "ts",
  ".yml": "yaml",
  ".yaml": "yaml",
  ".json": "json",
  ".sh": "sh",
  ".py": "python",
  ".go": "go",
};

/** The pages in docs. */
export function pages(): string[] {
  return readdirSync(docs)
    .filter((name) => name.endsWith(".md"))
    .map((name) => join(docs, name));
}

/** A page with the files that it shows as they are now. */
export function embedded(page: string): string {
  const block = /(<!-- shows (\S+) -->\n)(?:```[^]*?\n```\n)?/g;
  return readFileSync(page, "utf8").replace(block, (_, marker: string, path: string) => {
    const text = readFileSync(join(dirname(page), path), "utf8");
    return `${marker}\`\`\`${LANGUAGES[extname(path)] ?? ""}\n${text}\`\`\`\n`;
  });
}
