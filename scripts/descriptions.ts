/**
 * The descriptions of the plugin's schema, read from the docstrings of the TypeScript API, so that each is written once. `npm run docs` writes them to
 * `src/hosts/plugin/descriptions.json`; a test holds that file to the docstrings.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import * as ts from "typescript";

const repository = resolve(__dirname, "..");
const SOURCES = ["singleResource", "bulkResource", "getStreamDownloads", "getStreamVideos"];
const TARGET = join(repository, "src", "hosts", "plugin", "descriptions.json");

/** The text of each documented declaration and member, as `StreamDownloadArgs.videoId`. */
export function descriptions(): string {
  const found: Record<string, string> = {};
  for (const name of SOURCES) {
    const path = join(repository, "src", "program", `${name}.ts`);
    const file = ts.createSourceFile(path, readFileSync(path, "utf8"), ts.ScriptTarget.ES2022, true);
    for (const statement of file.statements) {
      const isDocumented =
        ts.isInterfaceDeclaration(statement) || ts.isClassDeclaration(statement) || ts.isFunctionDeclaration(statement);
      if (!isDocumented || statement.name === undefined) continue;
      if (!(ts.getCombinedModifierFlags(statement) & ts.ModifierFlags.Export)) continue;
      note(found, statement.name.text, statement);
      if (ts.isFunctionDeclaration(statement)) continue;
      for (const member of statement.members) {
        if (!ts.isPropertySignature(member) && !ts.isPropertyDeclaration(member)) continue;
        if (ts.getCombinedModifierFlags(member) & ts.ModifierFlags.Static || ts.isPrivateIdentifier(member.name))
          continue;
        note(found, `${statement.name.text}.${member.name.getText()}`, member);
      }
    }
  }
  return `${JSON.stringify(found, null, 2)}\n`;
}

/** Writes them where the schema takes them from. */
export function writeDescriptions(): void {
  writeFileSync(TARGET, descriptions());
}

function note(found: Record<string, string>, key: string, node: ts.Node): void {
  const [comment] = ts.getJSDocCommentsAndTags(node).filter(ts.isJSDoc);
  if (comment === undefined) return;
  const text = ts.getTextOfJSDocComment(comment.comment) ?? "";
  const byDefault = comment.tags?.find(({ tagName }) => tagName.text === "default");
  const added = byDefault === undefined ? "" : ` Default: ${ts.getTextOfJSDocComment(byDefault.comment) ?? ""}.`;
  // Within a paragraph the docstring's line breaks mean nothing; links to other declarations are names here.
  const paragraphs = `${text}${added}`.split("\n\n").map((paragraph) => paragraph.replace(/\s*\n\s*/g, " "));
  found[key] = paragraphs.join("\n\n").replace(/\{@link (\w+)\s*\}/g, "`$1`");
}
