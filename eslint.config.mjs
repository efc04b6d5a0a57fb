import { join } from "node:path";
import js from "@eslint/js";
import tseslint from "typescript-eslint";
import { layers } from "./tools/eslint/layers.mjs";

const LEAVES = ["core/clock", "core/duration", "core/identity"];
const SHARED = [...LEAVES, "core", "core/cloudflare", "core/polling"];
const DECISIONS = [...SHARED, "core/inputs", "core/single", "core/bulk"];

/** What each layer of src may import, by its path in src; "core" is what lies in that folder itself. CONTRIBUTING draws it. */
const LAYERS = {
  ".": ["program"],
  main: [".", "plugin"],
  program: ["host/lookUp", "host/peerClaims", ...DECISIONS],
  testing: ["program", ...DECISIONS],
  dynamic: ["host", "host/lookUp", ...DECISIONS],
  plugin: ["host", "host/lookUp", ...DECISIONS],
  host: ["host/lookUp", "host/peerClaims", ...DECISIONS],
  "host/peerClaims": DECISIONS,
  "host/lookUp": ["host", ...DECISIONS],
  "core/bulk": ["core/single", "core/inputs", ...SHARED],
  "core/single": ["core/inputs", ...SHARED],
  core: SHARED,
  "core/polling": ["core/cloudflare", ...LEAVES],
  "core/cloudflare": LEAVES,
  "core/inputs": LEAVES,
  ...Object.fromEntries(LEAVES.map((leaf) => [leaf, []])),
};

/** The emulator's sources import each other, and nothing of the provider's. The contract knows nothing of the emulator: it is for any server. */
const EMULATOR = {
  root: join(import.meta.dirname, "packages", "emulator", "src"),
  layers: { ".": ["contract"], contract: [] },
};

export default tseslint.config(
  { ignores: ["**/dist/", "build/", "coverage/", ".work/", "**/docs/api/", "**/node_modules/", "**/venv/"] },
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
        __dirname: "readonly",
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
  {
    files: ["src/**/*.ts"],
    plugins: { project: { rules: { layers } } },
    rules: {
      "project/layers": ["error", { root: join(import.meta.dirname, "src"), layers: LAYERS }],
      "no-restricted-imports": ["error", "cloudflare-stream-emulator"],
    },
  },
  {
    files: ["packages/emulator/src/**/*.ts"],
    plugins: { project: { rules: { layers } } },
    rules: {
      "project/layers": ["error", EMULATOR],
      "no-restricted-imports": ["error", "pulumi-cloudflare-stream-downloads"],
    },
  },
  {
    files: ["examples/**/test/*.mjs"],
    languageOptions: { globals: { describe: "readonly", it: "readonly", before: "readonly", after: "readonly" } },
  },
  {
    files: ["test/**", "packages/*/test/**", "examples/**"],
    rules: { "@typescript-eslint/no-unused-expressions": "off", "no-new": "off" },
  },
);
