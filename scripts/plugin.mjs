/**
 * `npm run plugin [-- <systems>]`: the archives of the plugin, one for each system or for those that are named, such as linux-amd64, in build/plugin.
 * `pulumi plugin install resource cloudflare-stream <version> --file` takes one. In each are one executable, and the licences of what is in it.
 */
import { copyFileSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { build } from "esbuild";
import { makeExecutable, SYSTEMS } from "./executable.mjs";
import { run } from "./run.mjs";
import { ensureBuilt, ensureInstalled, repository } from "./setup.mjs";

const NAME = "pulumi-resource-cloudflare-stream";
const systems = process.argv.length > 2 ? process.argv.slice(2) : SYSTEMS;
if (!systems.every((system) => SYSTEMS.includes(system))) {
  process.stderr.write(`usage: npm run plugin [-- <systems>], of ${SYSTEMS.join(", ")}\n`);
  process.exit(2);
}

ensureInstalled();
ensureBuilt();
const { version } = JSON.parse(readFileSync(join(repository, "package.json"), "utf8"));
const target = join(repository, "build", "plugin");
const files = join(target, "files");
const bundle = join(files, "plugin.js");
rmSync(target, { recursive: true, force: true });
const { metafile } = await build({
  absWorkingDir: repository,
  metafile: true,
  entryPoints: [join(repository, "dist", "hosts", "plugin", "cli.js")],
  outfile: bundle,
  bundle: true,
  platform: "node",
  target: "node20",
  minify: true,
  legalComments: "none",
  logLevel: "warning",
  plugins: [{ name: "archive", setup: replaceModules }],
});
copyFileSync(join(repository, "LICENSE"), join(files, "LICENSE"));
writeFileSync(join(files, "LICENSES-OF-OTHERS"), licences(Object.keys(metafile.inputs)));
for (const system of systems) {
  const made = makeExecutable(system, bundle, files, NAME);
  const archive = join(target, `${NAME}-v${version}-${system}.tar.gz`);
  run(files, "tar", "czf", archive, ...made, "LICENSE", "LICENSES-OF-OTHERS");
  process.stdout.write(`${archive.slice(repository.length + 1)}\n`);
}
rmSync(files, { recursive: true });

/** What a source finds at run time beside its node_modules is put in place here. */
function replaceModules({ onLoad }) {
  const pulumi = dirname(createRequire(import.meta.url).resolve("@pulumi/pulumi/package.json"));
  const libraries = {
    grpcLibrary: "@grpc/grpc-js",
    structMessages: "google-protobuf/google/protobuf/struct_pb",
    anyMessages: "google-protobuf/google/protobuf/any_pb",
    emptyMessages: "google-protobuf/google/protobuf/empty_pb",
  };
  const contents = Object.entries(libraries).map(([name, path]) => `exports.${name} = () => require("${path}");`);
  // Of this package's package.json the plugin reads where the project is at home.
  onLoad({ filter: /package\.json$/ }, ({ path }) => {
    if (path !== join(realpathSync(repository), "package.json")) return undefined;
    const { version, repository: home } = JSON.parse(readFileSync(path, "utf8"));
    return { contents: JSON.stringify({ version, repository: home }), loader: "json" };
  });
  onLoad({ filter: /dist.provider.pulumiDependencies\.js$/ }, () => ({
    contents: contents.join("\n"),
    resolveDir: pulumi,
  }));
}

/** The licences of the packages that the bundle has files of. */
function licences(files) {
  const folders = files.map(
    (file) => /^(.*[\\/]?node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+)[\\/]/.exec(resolve(repository, file))?.[1],
  );
  const texts = [...new Set(folders.filter((folder) => folder !== undefined))].map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    const found = readdirSync(folder).filter((file) => /^(licen[cs]e|copying|notice)/i.test(file));
    const bodies = found.map((file) => readFileSync(join(folder, file), "utf8").trim());
    // Some have it in their README alone.
    const [readme = ""] =
      found.length > 0
        ? []
        : (/^(?:#+ licen[cs]e|licen[cs]e\n-+)\n[^]*/im.exec(readFileSync(join(folder, "README.md"), "utf8")) ?? []);
    if (bodies.length === 0 && readme === "") throw new Error(`${folder} has no licence`);
    return `${name} ${version}: ${license}\n\n${[...bodies, readme.trim()].join("\n\n").trim()}\n`;
  });
  return texts.sort().join(`\n${"-".repeat(80)}\n\n`);
}
