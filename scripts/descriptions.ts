/**
 * The descriptions of the plugin's schema, read from the docstrings of the TypeScript API, so that each is written once. `npm run docs` writes them to
 * `src/hosts/plugin/descriptions.json`; a test holds that file to the docstrings.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import * as ts from "typescript";

const repository = resolve(__dirname, "..");
const SOURCES = ["singleResource", "libraryResource", "getStreamDownloads", "getStreamVideos", "streamProvider"];
const TARGET = join(repository, "src", "hosts", "plugin", "descriptions.json");

/** The text of each documented declaration and member, as `StreamDownloadArgs.videoId`. */
export function descriptions(): string {
  const found: Record<string, string> = {};
  for (const name of SOURCES) {
    const path = join(repository, "src", "program", `${name}.ts`);
    const { statements } = ts.createSourceFile(path, readFileSync(path, "utf8"), ts.ScriptTarget.ES2022, true);
    for (const statement of statements) {
      const isDocumented =
        ts.isInterfaceDeclaration(statement) ||
        ts.isClassDeclaration(statement) ||
        ts.isFunctionDeclaration(statement) ||
        ts.isTypeAliasDeclaration(statement);
      if (!isDocumented || statement.name === undefined) continue;
      if (!(ts.getCombinedModifierFlags(statement) & ts.ModifierFlags.Export)) continue;
      note(found, statement.name.text, statement);
      for (const member of membersOf(statement, statements)) {
        if (!ts.isPropertySignature(member) && !ts.isPropertyDeclaration(member)) continue;
        if (ts.getCombinedModifierFlags(member) & ts.ModifierFlags.Static || ts.isPrivateIdentifier(member.name))
          continue;
        // A property that one member of a union does not have.
        if (member.type?.kind === ts.SyntaxKind.UndefinedKeyword) continue;
        note(found, `${statement.name.text}.${member.name.getText()}`, member);
      }
    }
  }
  return `${JSON.stringify(found, null, 2)}\n`;
}

/** The members of a class or an interface; of a union of interfaces, those of all of them and of what they extend. */
function membersOf(declared: ts.Statement, statements: readonly ts.Statement[]): ts.Node[] {
  if (ts.isInterfaceDeclaration(declared) || ts.isClassDeclaration(declared)) return [...declared.members];
  if (!ts.isTypeAliasDeclaration(declared) || !ts.isUnionTypeNode(declared.type)) return [];
  const named = (name: string) =>
    statements.filter(ts.isInterfaceDeclaration).filter((candidate) => candidate.name.text === name);
  const withBases = (part: ts.InterfaceDeclaration): ts.Node[] => [
    ...part.members,
    ...(part.heritageClauses ?? []).flatMap(({ types }) =>
      types.flatMap((base) => named(base.getText()).flatMap(withBases)),
    ),
  ];
  return declared.type.types.flatMap((part) => named(part.getText()).flatMap(withBases));
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
