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

const PROVIDER = "pulumi-cloudflare-stream-downloads";
const EMULATOR = "cloudflare-stream-emulator";

/** The sources of a package that has no layers: they import each other, and nothing of the other packages. */
const packageSources = (folder, ...others) => ({
  files: [`packages/${folder}/src/**/*.ts`],
  plugins: { project: { rules: { layers } } },
  rules: {
    "project/layers": ["error", { root: join(import.meta.dirname, "packages", folder, "src"), layers: { ".": [] } }],
    "no-restricted-imports": ["error", ...others],
  },
});

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
      "no-restricted-imports": ["error", EMULATOR],
    },
  },
  packageSources("emulator", PROVIDER),
  // The contract is for any server, and so knows nothing of the emulator.
  packageSources("contract", PROVIDER, EMULATOR),
  {
    files: ["packages/contract/test/**/*.ts"],
    rules: {
      "no-restricted-imports": [
        "error",
        {
          paths: [PROVIDER],
          patterns: [
            {
              regex: "/emulator/|^(\\.\\./){3,}src(/|$)",
              message: `The contract knows the emulator by its public name alone: ${EMULATOR}.`,
            },
          ],
        },
      ],
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
