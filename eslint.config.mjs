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

/** The sources that are compiled into the packages. */
const USERS_RUN = ["src/**/*.ts", "packages/*/src/**/*.ts"];

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
  // With types, of what users run: a promise that nobody waits for, or a condition that is always true, is a defect there.
  ...tseslint.configs.strictTypeCheckedOnly.map((config) => ({ ...config, files: USERS_RUN })),
  {
    files: USERS_RUN,
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      "max-len": ["error", { code: 1000, comments: 120, ignoreUrls: true }],
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "@typescript-eslint/no-confusing-void-expression": "off",
      // The reason of an abort is whatever ended the operation.
      "@typescript-eslint/prefer-promise-reject-errors": [
        "error",
        { allowThrowingAny: true, allowThrowingUnknown: true },
      ],
      "@typescript-eslint/only-throw-error": ["error", { allowThrowingAny: true, allowThrowingUnknown: true }],
      // What an asynchronous function throws is a rejection, also where it waits for nothing.
      "@typescript-eslint/require-await": "off",
      // Objects made of closures have no `this`, and what a stranger sends is made a text on purpose.
      "@typescript-eslint/unbound-method": "off",
      "@typescript-eslint/no-base-to-string": "off",
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
