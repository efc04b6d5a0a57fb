/** Reads from the source every message that a user may see: thrown errors, refused inputs, warnings, and why an operation waits. */
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import * as ts from "typescript";

const source = resolve(__dirname, "../../src");

/** The functions that return a message or a part of one. */
const WRITERS = [
  "nextStep",
  "networkStep",
  "declaredTwice",
  "notDeleted",
  "unfinishedText",
  "notRequestedText",
  "adoptedText",
  "existsText",
  "notConfigured",
  "throttleText",
  "unclearText",
  "unknownResource",
  "peersUnknown",
  "singleText",
] as const;

/** The functions that are called with a message, or with the values that it lists, and which argument that is. */
const REPORTERS: Readonly<Record<string, number>> = {
  checkChoice: 2,
  failed: 1,
  "this.#reportInPreview": 0,
  "this.#say": 0,
  "report.warn": 0,
};

/** The constants that hold a message, or a table of messages. */
const CONSTANTS = ["NO_ACCOUNT", "EXPLANATION", "MISSING"] as const;

/**
 * The longest constant part of each message.
 *
 * @throws Error when a name in the lists above is not in the source: it was renamed, and its messages would no longer be found
 */
export function errorMessages(): string[] {
  const files = readdirSync(source, { recursive: true, encoding: "utf8" }).filter(
    (file) => file.endsWith(".ts") && !file.startsWith("testing/"),
  );
  const found = new Set<string>();
  const unseen = new Set<string>([...WRITERS, ...Object.keys(REPORTERS), ...CONSTANTS]);
  for (const file of files) {
    const tree = ts.createSourceFile(file, readFileSync(join(source, file), "utf8"), ts.ScriptTarget.ES2022, true);
    const visit = (node: ts.Node): void => {
      const { message, name } = messageIn(node);
      if (name !== undefined) unseen.delete(name);
      const text = message === undefined ? undefined : longestPiece(message);
      if (text !== undefined && text.length >= 10) found.add(text);
      node.forEachChild(visit);
    };
    visit(tree);
  }
  if (unseen.size > 0)
    throw new Error(`test/support/errorMessages.ts lists names that src does not have: ${[...unseen].join(", ")}`);
  return [...found].sort();
}

/** The expression of a message: of an error, of a refused input, of a warning, or of what to do next; with the name of its list entry. */
function messageIn(node: ts.Node): { readonly message?: ts.Expression | undefined; readonly name?: string } {
  if (ts.isNewExpression(node) || ts.isCallExpression(node)) {
    const name = node.expression.getText().replace(/^.*\.(?=report\.warn$)/, "");
    const position = REPORTERS[name];
    if (position !== undefined) return { message: node.arguments?.[position], name };
    return /(Error|Unavailable|MalformedResponse)$/.test(name) ? { message: node.arguments?.[0] } : {};
  }
  if (ts.isPropertyAssignment(node)) {
    const table = ts.isVariableDeclaration(node.parent.parent) ? node.parent.parent.name.getText() : "";
    if (isIn(CONSTANTS, table)) return { message: node.initializer, name: table };
    return /^(reason|text)$/.test(node.name.getText()) ? { message: node.initializer } : {};
  }
  if (ts.isVariableDeclaration(node) && isIn(CONSTANTS, node.name.getText()))
    return { message: node.initializer, name: node.name.getText() };
  if (ts.isReturnStatement(node)) {
    const writer = ts.findAncestor(node, ts.isFunctionDeclaration)?.name?.text ?? "";
    if (isIn(WRITERS, writer)) return { message: node.expression, name: writer };
  }
  return {};
}

function isIn(names: readonly string[], name: string): boolean {
  return names.includes(name);
}

function longestPiece(expression: ts.Expression): string | undefined {
  const pieces: string[] = [];
  const collect = (node: ts.Node): void => {
    if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) pieces.push(node.text);
    else if (ts.isTemplateExpression(node))
      pieces.push(node.head.text, ...node.templateSpans.map(({ literal }) => literal.text));
    else if (ts.isBinaryExpression(node)) node.forEachChild(collect);
    else if (ts.isArrayLiteralExpression(node))
      pieces.push(`must be ${node.elements.map((value) => value.getText()).join(" or ")};`);
  };
  collect(ts.isParenthesizedExpression(expression) ? firstOperand(expression.expression) : expression);
  const trimmed = pieces.map((piece) => piece.trim().replace(/^\W+/, ""));
  return trimmed.sort((a, b) => b.length - a.length)[0];
}

/** What a concatenation over several lines begins with, by which its message is known. */
function firstOperand(expression: ts.Expression): ts.Expression {
  return ts.isBinaryExpression(expression) ? firstOperand(expression.left) : expression;
}
