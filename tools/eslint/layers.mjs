/** An ESLint rule: a file of a package's src imports its own layer, and those that its layer may import. CONTRIBUTING draws the layers. */
import { dirname, relative, resolve, sep } from "node:path";

export const layers = {
  meta: {
    type: "problem",
    schema: [{ type: "object", properties: { root: { type: "string" }, layers: { type: "object" } } }],
    messages: {
      up: '{{from}} imports nothing of {{to}}: see "Architecture" in CONTRIBUTING.md',
      out: "the sources of a package import nothing outside of them but what its package.json names",
    },
  },
  create(context) {
    const [{ root, layers: allowed }] = context.options;
    const names = Object.keys(allowed).sort((one, other) => other.length - one.length);
    /** The most specific entry that a path is or lies below; "." for what lies in src itself. */
    const layerOf = (path) => {
      const inSource = relative(root, path).split(sep).join("/").replace(/\.ts$/, "");
      if (inSource.startsWith("..")) return undefined;
      return names.find((name) => inSource === name || inSource.startsWith(`${name}/`)) ?? ".";
    };
    const from = layerOf(context.filename);
    const verify = (node, specifier) => {
      if (typeof specifier !== "string" || !specifier.startsWith(".")) return;
      const to = layerOf(resolve(dirname(context.filename), specifier));
      if (to === undefined) context.report({ node, messageId: "out" });
      if (from === undefined || to === undefined || to === from || allowed[from]?.includes(to)) return;
      context.report({ node, messageId: "up", data: { from, to } });
    };
    const declaration = (node) => verify(node, node.source?.value);
    return {
      ImportDeclaration: declaration,
      ExportNamedDeclaration: declaration,
      ExportAllDeclaration: declaration,
      ImportExpression: declaration,
      TSImportType: (node) => verify(node, node.source?.value ?? node.argument?.literal?.value),
      CallExpression: (node) => {
        if (node.callee.name === "require") verify(node, node.arguments[0]?.value);
      },
    };
  },
};
