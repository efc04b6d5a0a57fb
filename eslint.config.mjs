import { join } from "node:path";
import js from "@eslint/js";
import tseslint from "typescript-eslint";
import { layers } from "./tools/eslint/layers.mjs";

const BELOW_PROVIDER = ["downloads", "waiting", "budget", "stream", "core"];

/** What each layer of src may import, by its path in src; "." is what lies in src itself. CONTRIBUTING draws it. */
const LAYERS = {
  main: [".", "hosts/plugin"],
  ".": ["program", "core"],
  program: ["provider/lookUp", "provider/claimFiles", "downloads", "core"],
  testing: ["program", "downloads", "stream", "core"],
  "hosts/dynamic": ["provider", "provider/lookUp", "downloads", "core"],
  "hosts/plugin": ["provider", "provider/lookUp", "downloads", "stream", "core"],
  provider: ["provider/lookUp", "provider/claimFiles", ...BELOW_PROVIDER],
  "provider/lookUp": ["provider", ...BELOW_PROVIDER],
  "provider/claimFiles": ["downloads", "core"],
  downloads: ["waiting", "budget", "stream", "core"],
  waiting: ["budget", "core"],
  stream: ["budget", "core"],
  budget: ["core"],
  core: [],
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
