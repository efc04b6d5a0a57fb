/** The messages that a user may meet, read from the source: what is thrown, and why an input is refused. */
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import * as ts from "typescript";

const source = resolve(__dirname, "../../src");

/** The longest piece of each message that is the same every time. */
export function errorMessages(): string[] {
  const files = readdirSync(source, { recursive: true, encoding: "utf8" }).filter(
    (file) => file.endsWith(".ts") && !file.startsWith("testing/"),
  );
  const found = new Set<string>();
  for (const file of files) {
    const tree = ts.createSourceFile(file, readFileSync(join(source, file), "utf8"), ts.ScriptTarget.ES2022, true);
    const visit = (node: ts.Node): void => {
      const message = messageIn(node);
      const text = message === undefined ? undefined : longestPiece(message);
      if (text !== undefined && text.length >= 10) found.add(text);
      node.forEachChild(visit);
    };
    visit(tree);
  }
  return [...found].sort();
}

/** Functions that give a message, or a part of one. */
const WRITERS = /^(nextStep|networkStep|declaredTwice|notTakenOver|unfinishedText|notConfigured)$/;

/**
 * The expression of a message: what an error is made of, why an input is refused, why a file is not ready, what a warning says, what to do
 * next.
 */
function messageIn(node: ts.Node): ts.Expression | undefined {
  if (ts.isNewExpression(node) || ts.isCallExpression(node)) {
    const name = node.expression.getText();
    if (name === "failed") return node.arguments?.[1];
    return /(Error|Unavailable|MalformedResponse|report\.warn)$/.test(name) ? node.arguments?.[0] : undefined;
  }
  if (ts.isPropertyAssignment(node)) {
    const inTable = ts.isVariableDeclaration(node.parent.parent) && node.parent.parent.name.getText() === "EXPLANATION";
    return /^(reason|text)$/.test(node.name.getText()) || inTable ? node.initializer : undefined;
  }
  if (ts.isVariableDeclaration(node) && node.name.getText() === "NO_ACCOUNT") return node.initializer;
  if (ts.isReturnStatement(node)) {
    const writer = ts.findAncestor(node, ts.isFunctionDeclaration);
    return WRITERS.test(writer?.name?.text ?? "") ? node.expression : undefined;
  }
  return undefined;
}

function longestPiece(expression: ts.Expression): string | undefined {
  const pieces: string[] = [];
  const collect = (node: ts.Node): void => {
    if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) pieces.push(node.text);
    else if (ts.isTemplateExpression(node))
      pieces.push(node.head.text, ...node.templateSpans.map(({ literal }) => literal.text));
    else if (ts.isBinaryExpression(node)) node.forEachChild(collect);
  };
  collect(expression);
  const trimmed = pieces.map((piece) => piece.trim().replace(/^\W+/, ""));
  return trimmed.sort((a, b) => b.length - a.length)[0];
}
