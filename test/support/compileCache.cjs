/**
 * Keeps from one process to the next what Node.js compiled of installed packages: half of what @pulumi/pulumi costs to load, which
 * each run of the CLI does twice, in the program's process and in the provider's. To be given with `--require`;
 * `STREAM_COMPILE_CACHE` is the folder. Node.js has this built in from 22.8 on. What is loaded stays as it is.
 */
const { createHash } = require("node:crypto");
const { mkdirSync, readFileSync, renameSync, writeFileSync } = require("node:fs");
const Module = require("node:module");
const { dirname, join, sep } = require("node:path");
const v8 = require("node:v8");
const { Script } = require("node:vm");

/** A process that is killed has written by then what it loaded at its start. */
const WRITE_AFTER_MS = 1000;

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
    const hash = createHash("sha1").update(content).digest("hex");
    const path = join(folder, `${hash}-${v8.cachedDataVersionTag()}`);
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
