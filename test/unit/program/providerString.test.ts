import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect } from "chai";
import { LIBRARY_PROVIDER_STRING, PROVIDER_STRING } from "../../../src/program/providerString";

const PACKAGE = "pulumi-cloudflare-stream-downloads";

describe("the provider string", () => {
  let root: string;
  /** The files that the string read besides Node.js's own resolution. */
  let looked: string[];

  beforeEach(() => {
    root = fs.realpathSync(fs.mkdtempSync(join(tmpdir(), "stream-string-")));
    looked = [];
  });
  afterEach(() => fs.rmSync(root, { recursive: true, force: true }));

  /** Evaluates the string as Pulumi's plugin process does. */
  function load(code: string, process: { cwd(): string }): unknown {
    const exports = {} as { handler(): unknown };
    const watched = {
      readFileSync: (path: string) => (looked.push(path), fs.readFileSync(path)),
      realpathSync: (path: string) => (looked.push(path), fs.realpathSync(path)),
    };
    const requireFrom = (name: string): unknown => (name === "fs" ? watched : require(name));
    const evaluate = new Function("exports", "require", "process", code);
    evaluate(exports, requireFrom, process);
    return exports.handler();
  }
  const loadIn = (folder: string, code = PROVIDER_STRING) => load(code, { cwd: () => join(root, folder) });

  /** Writes files below the root. */
  function write(files: Record<string, string>): void {
    for (const [path, text] of Object.entries(files)) {
      fs.mkdirSync(dirname(join(root, path)), { recursive: true });
      fs.writeFileSync(join(root, path), text);
    }
  }

  /** Installs a copy of the package in a folder; its provider is that folder's name. */
  function install(folder: string, body = ""): void {
    const at = `${folder}/node_modules/${PACKAGE}`;
    write({
      [`${at}/package.json`]: '{ "exports": { "./provider": "./dist/provider.js" } }',
      [`${at}/dist/provider.js`]: `${body}\nexports.provider = "${folder}"; exports.bulkProvider = "bulk ${folder}";`,
    });
  }

  function thrownBy(action: () => unknown): Error {
    try {
      action();
    } catch (error) {
      return error as Error;
    }
    throw new Error("nothing was thrown");
  }

  const uninstall = (folder: string) => fs.rmSync(join(root, folder, "node_modules", PACKAGE), { recursive: true });

  it("the provider string is the same to the byte in every release, because it stands in every state file", () => {
    const frozen = [
      "exports.handler=()=>{const name='pulumi-cloudflare-stream-downloads',fs=require('fs'),dirs=new Set;",
      "if(process[name])throw process[name];",
      "for(let d=process.cwd();!dirs.has(d);d=require('path').dirname(d))dirs.add(d);",
      "for(const d of dirs){const load=require('module').createRequire(d+'/');let file,p;",
      "try{file=load.resolve(name+'/provider')}catch{}",
      "if(file)return load(file).EXPORT;",
      "try{p=JSON.parse(fs.readFileSync(d+'/package.json'))}catch{}",
      "for(const k in{...p?.dependencies,...p?.devDependencies,...p?.optionalDependencies,...p?.peerDependencies,'.pnpm':0})",
      "for(const m of load.resolve.paths(name))try{dirs.add(fs.realpathSync(m+'/'+k));break}catch{}}",
      "throw process[name]=Object.assign(Error('the package '+name+' is not installed: run `npm install '+name+'` (pnpm add, yarn add) in '",
      "+process.cwd()+', then this command again'),{name:'',stack:''})}",
    ].join("");
    expect(PROVIDER_STRING).to.equal(frozen.replace("EXPORT", "provider"));
    expect(LIBRARY_PROVIDER_STRING).to.equal(frozen.replace("EXPORT", "bulkProvider"));
  });

  it("the provider string loads what the program itself would load, and searches nothing else", () => {
    install("project/program");
    install("project");
    write({ "project/program/package.json": '{ "dependencies": { "a": "1" } }' });
    expect(loadIn("project/program")).to.equal("project/program");
    expect(loadIn("project/program", LIBRARY_PROVIDER_STRING)).to.equal("bulk project/program");
    expect(loadIn("project/program/infra/stacks")).to.equal("project/program");
    expect(loadIn("project/other")).to.equal("project");
    expect(looked).to.deep.equal([]);
  });

  it("the provider string otherwise takes a direct dependency's copy, in the order of package.json, else the store's, else an indirect dependency's", () => {
    write({
      "project/package.json": '{ "dependencies": { "a": "1", "@b/b": "1" } }',
      "project/node_modules/a/package.json": '{ "dependencies": { "c": "1" } }',
      "project/node_modules/@b/b/package.json": "{}",
      "project/node_modules/a/node_modules/c/package.json": "{}",
    });
    const order = [
      "project/node_modules/a",
      "project/node_modules/@b/b",
      "project/node_modules/.pnpm",
      "project/node_modules/a/node_modules/c",
    ];
    order.forEach((folder) => install(folder));
    for (const folder of order) {
      expect(loadIn("project")).to.equal(folder);
      uninstall(folder);
    }
    expect(() => loadIn("project")).to.throw("is not installed");
  });

  it("the provider string searches from the real path of a dependency, and takes each kind of dependency", () => {
    for (const kind of ["dependencies", "devDependencies", "optionalDependencies", "peerDependencies"]) {
      write({
        [`${kind}/program/package.json`]: JSON.stringify({ [kind]: { library: "1" } }),
        [`${kind}/libraries/library/package.json`]: "{}",
        [`${kind}/program/node_modules/other/package.json`]: "{}",
      });
      fs.symlinkSync(
        join(root, kind, "libraries/library"),
        join(root, kind, "program/node_modules/library"),
        "junction",
      );
      install(`${kind}/libraries`);
      expect(loadIn(`${kind}/program`)).to.equal(`${kind}/libraries`);
    }
  });

  it("the provider string takes the dependencies of a package.json above the program's folder too", () => {
    write({
      "project/package.json": '{ "dependencies": { "library": "1" } }',
      "project/dist/package.json": '{ "type": "commonjs" }',
      "project/node_modules/library/package.json": "{}",
    });
    install("project/node_modules/library");
    expect(loadIn("project/dist")).to.equal("project/node_modules/library");
  });

  it("the provider string says in one line what is missing and how to install it, though dependencies go in circles or cannot be read", () => {
    write({
      "project/package.json": '{ "dependencies": { "a": "1", "broken": "1", "absent": "1", "events": "1" } }',
      "project/node_modules/a/package.json": '{ "dependencies": { "b": "1" } }',
      "project/node_modules/b/package.json": '{ "dependencies": { "a": "1" } }',
      "project/node_modules/broken/package.json": "{",
      [`project/node_modules/${PACKAGE}/package.json`]: '{ "exports": {} }',
    });
    const message = `the package ${PACKAGE} is not installed: run \`npm install ${PACKAGE}\` (pnpm add, yarn add) in ${join(root, "project")}, then this command again`;
    for (const code of [PROVIDER_STRING, LIBRARY_PROVIDER_STRING]) {
      const error = thrownBy(() => loadIn("project", code));
      expect(error.message).to.equal(message);
      expect(String(error)).to.equal(message);
      expect(error.stack).to.equal("");
    }
  });

  it("the provider string fails with a message that the page on troubleshooting explains", () => {
    const page = fs.readFileSync(join(__dirname, "../../../docs/troubleshooting.md"), "utf8");
    const [said] = /the package .* in /.exec(thrownBy(() => loadIn("nowhere")).message) ?? [];
    expect(page).to.contain(said);
  });

  it("the provider string searches in vain only once in a process, however many resources there are", () => {
    write({ "project/package.json": '{ "dependencies": { "a": "1" } }' });
    const process = { cwd: () => join(root, "project") };
    expect(() => load(PROVIDER_STRING, process)).to.throw("is not installed");
    expect(looked).to.not.deep.equal([]);
    looked = [];
    for (const code of [PROVIDER_STRING, LIBRARY_PROVIDER_STRING]) {
      expect(() => load(code, process)).to.throw("is not installed");
    }
    expect(looked).to.deep.equal([]);
  });

  it("the provider string passes on why an installed copy cannot be loaded, and does not take another in its place", () => {
    install("project", 'require("what-it-needs");');
    write({ "project/package.json": '{ "dependencies": { "a": "1" } }', "project/node_modules/a/package.json": "{}" });
    install("project/node_modules/a");
    expect(() => loadIn("project")).to.throw("Cannot find module 'what-it-needs'");
  });
});
