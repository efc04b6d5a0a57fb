/**
 * Makes the engine's Node.js processes start in half the time: each run of the CLI loads @pulumi/pulumi twice, in the program's
 * process and in the provider's. To be given with `--require`. What a program can see of its packages stays as it is.
 *
 * - What Node.js compiled of installed packages is kept from one process to the next, in the folder `STREAM_COMPILE_CACHE`.
 *   Node.js has this built in from 22.8 on.
 * - Packages that only few programs use are loaded when they are used.
 */
const { mkdirSync, readFileSync, renameSync, writeFileSync } = require("node:fs");
const Module = require("node:module");
const { basename, dirname, join, sep } = require("node:path");
const v8 = require("node:v8");
const { Script } = require("node:vm");
const { crc32 } = require("node:zlib");

/** A process that is killed has written by then what it loaded at its start. */
const WRITE_AFTER_MS = 1000;

/** What @pulumi/pulumi loads at once: a tree of a program's packages, needed only to serialize functions, and the reader of source maps for stack traces. */
const LOADED_WHEN_USED = ["@npmcli/arborist"];
const LEFT_OUT = ["source-map-support/register"];

const load = Module._load;
Module._load = function (request, parent, isMain) {
  if (LEFT_OUT.includes(request)) return {};
  if (!LOADED_WHEN_USED.includes(request)) return load.call(this, request, parent, isMain);
  return new Proxy(
    {},
    {
      // Else the importing module copies all exports at once.
      get: (_, key) => (key === "__esModule" ? true : load.call(this, request, parent, isMain)[key]),
    },
  );
};

const folder = process.env.STREAM_COMPILE_CACHE;
if (folder !== undefined) {
  if (Module.enableCompileCache !== undefined) Module.enableCompileCache(folder);
  else keepCompiled(join(folder, process.version));
}

function keepCompiled(folder) {
  const compile = Module.prototype._compile;
  /** What was compiled here and is not in the folder yet. */
  const unwritten = new Map();
  mkdirSync(folder, { recursive: true });
  // What was compiled is of use under the same flags alone, and @pulumi/pulumi sets one.
  const { setFlagsFromString } = v8;
  v8.setFlagsFromString = (flags) => {
    write();
    setFlagsFromString(flags);
  };

  Module.prototype._compile = function (content, filename, format) {
    const script =
      (format ?? "commonjs") === "commonjs" && isKept(filename, content) ? scriptOf(content, filename) : undefined;
    if (script === undefined) return compile.call(this, content, filename, format);
    return script
      .runInThisContext()
      .call(this.exports, this.exports, requireOf(this), this, filename, dirname(filename));
  };

  function scriptOf(content, filename) {
    // Told apart by what is quick to tell: the compiler of TypeScript alone has 9 MB.
    const name = `${basename(dirname(filename))}-${basename(filename)}-${content.length}-${crc32(content)}`;
    const path = join(folder, `${name}-${v8.cachedDataVersionTag()}`);
    const cachedData = readIfThere(path);
    try {
      const script = new Script(Module.wrap(content.replace(/^#!.*/, "")), { filename, cachedData });
      if (cachedData === undefined || script.cachedDataRejected) unwritten.set(path, script);
      return script;
    } catch {
      // No CommonJS: Node.js shall decide what it is.
      return undefined;
    }
  }

  function write() {
    for (const [path, script] of unwritten) {
      const unfinished = `${path}.${process.pid}`;
      writeFileSync(unfinished, script.createCachedData());
      renameSync(unfinished, path);
    }
    unwritten.clear();
  }
  process.on("exit", write);
  setTimeout(write, WRITE_AFTER_MS).unref();
}

/** Packages without `import()`, which needs Node.js to have compiled the file; the TypeScript compiler has it only in its texts. */
function isKept(filename, content) {
  if (!filename.includes(`${sep}node_modules${sep}`) || !filename.endsWith("js")) return false;
  return filename.endsWith(`${sep}typescript.js`) || !/\bimport\(/.test(content);
}

function readIfThere(path) {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}

/** As Node.js makes it for a module. */
function requireOf(module) {
  const require = (id) => module.require(id);
  require.resolve = (request, options) => Module._resolveFilename(request, module, false, options);
  require.resolve.paths = (request) => Module._resolveLookupPaths(request, module);
  require.main = process.mainModule;
  require.extensions = Module._extensions;
  require.cache = Module._cache;
  return require;
}
