import js from "@eslint/js";
import tseslint from "typescript-eslint";

/** What each folder of src may import; CONTRIBUTING draws it. */
const LAYERS = {
  identity: [],
  time: [],
  validation: ["identity"],
  http: ["time"],
  api: ["http", "identity"],
  waiting: ["http", "identity", "time"],
  config: ["api", "http", "identity"],
  lifecycle: ["api", "http", "identity", "time", "validation", "waiting"],
  provider: ["api", "config", "http", "identity", "lifecycle", "time", "validation", "waiting"],
  resource: ["config", "provider"],
  emulator: ["api", "time"],
  testing: ["config", "emulator", "identity", "lifecycle", "resource", "time", "validation"],
};

/** An import that points up, or beside the drawn arrows, is an error. */
const layers = Object.entries(LAYERS).map(([folder, allowed]) => {
  const others = Object.keys(LAYERS).filter((other) => other !== folder && !allowed.includes(other));
  const message = `src/${folder} imports nothing of this folder: see "Architecture" in CONTRIBUTING.md`;
  const group = [...others.map((other) => `../${other}`), ...others.map((other) => `../${other}/*`), "../index"];
  return {
    files: [`src/${folder}/**/*.ts`],
    rules: { "no-restricted-imports": ["error", { patterns: [{ group, message }] }] },
  };
});

export default tseslint.config(
  { ignores: ["dist/", "coverage/", ".work/", "docs/api/", "node_modules/"] },
  js.configs.recommended,
  ...tseslint.configs.strict,
  {
    files: ["**/*.mjs", "**/*.cjs", "examples/**/*.js"],
    languageOptions: {
      globals: {
        process: "readonly",
        fetch: "readonly",
        AbortSignal: "readonly",
        console: "readonly",
        setInterval: "readonly",
        clearInterval: "readonly",
        setTimeout: "readonly",
        setImmediate: "readonly",
        URL: "readonly",
        require: "readonly",
        exports: "writable",
        module: "writable",
      },
    },
  },
  {
    rules: {
      // The parts of gRPC and of Pulumi that are loaded only when they are needed.
      "@typescript-eslint/no-require-imports": "off",
      "@typescript-eslint/consistent-type-imports": ["error", { disallowTypeAnnotations: false }],
      "@typescript-eslint/no-unused-vars": ["error", { ignoreRestSiblings: true }],
      "no-control-regex": "off",
    },
  },
  ...layers,
  {
    files: ["examples/**/test/*.mjs"],
    languageOptions: { globals: { describe: "readonly", it: "readonly", before: "readonly", after: "readonly" } },
  },
  {
    files: ["test/**", "examples/**"],
    rules: { "@typescript-eslint/no-unused-expressions": "off", "no-new": "off" },
  },
);
