/** The expressions of GitHub Actions, as far as the documented workflows use them: comparisons, `&&`, `||`, `!`, and contexts. */

export type Contexts = Readonly<Record<string, unknown>>;

/** What a `${{ }}` comes to. What is not there is null, which is compared as GitHub does: equal to the empty string. */
export function evaluate(expression: string, contexts: Contexts): unknown {
  const translated = expression.replace(
    /'((?:[^']|'')*)'|[A-Za-z_][\w.-]*(\()?/g,
    (all, text?: string, call?: string) => {
      if (text !== undefined) return JSON.stringify(text.replaceAll("''", "'"));
      return call === undefined ? `valueOf(${JSON.stringify(all)})` : `functions.${all}`;
    },
  );
  const valueOf = (path: string) =>
    path.split(".").reduce<unknown>((from, key) => (from as Contexts | undefined)?.[key], contexts) ?? "";
  const functions = { cancelled: () => false };
  const run = new Function("valueOf", "functions", `return ${translated};`) as (...given: unknown[]) => unknown;
  return run(valueOf, functions);
}

/** A text with each of its expressions in place. */
export function interpolate(text: string, contexts: Contexts): string {
  return text.replace(/\$\{\{(.*?)\}\}/g, (_, expression: string) => String(evaluate(expression, contexts)));
}
