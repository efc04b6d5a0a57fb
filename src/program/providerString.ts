/**
 * The hidden input `__provider`: JavaScript that Pulumi's plugin process evaluates to load the provider, in the
 * program's folder (that of `main` in Pulumi.yaml).
 *
 * `dynamic.Resource` would fill it with serialised closures, which put the whole provider into every resource's state
 * and change with every release. This constant finds the installed package and loads it. It is stored in the state of
 * every resource ever created, and a refresh or a destroy runs the stored string, not that of a newer release, so it
 * must never change. It need not, because it depends only on Node.js's module resolution, the dependencies in
 * package.json files, and the names of this package, its entry and its exports. It contains no path, so it is the same
 * on every machine. The engine stores it twice for each resource, so it has no unnecessary spaces.
 *
 * It loads the first copy found:
 * 1. the copy that the program itself would load, from `node_modules` in its folder and above (NODE_PATH and Yarn's
 *    Plug'n'Play included). In a usual installation the search ends here;
 * 2. the copies that the dependencies of a package.json in the program's folder or above would load. Each dependency is
 *    resolved to its real path first, because pnpm, workspaces and links have its own dependencies there;
 * 3. the copy in pnpm's store, which contains every dependency of a workspace;
 * 4. the copies that the dependencies of dependencies would load, level by level.
 */
function providerString(exported: string): string {
  return [
    "exports.handler=()=>{const name='pulumi-cloudflare-stream-downloads',fs=require('fs'),dirs=new Set;",
    // The host evaluates this for every resource; a search without result is not repeated.
    "if(process[name])throw process[name];",
    "for(let d=process.cwd();!dirs.has(d);d=require('path').dirname(d))dirs.add(d);",
    // A Set holds each folder once, and `for` also visits what is added during the loop.
    "for(const d of dirs){const load=require('module').createRequire(d+'/');let file,p;",
    "try{file=load.resolve(name+'/provider')}catch{}",
    `if(file)return load(file).${exported};`,
    "try{p=JSON.parse(fs.readFileSync(d+'/package.json'))}catch{}",
    "for(const k in{...p?.dependencies,...p?.devDependencies,...p?.optionalDependencies,...p?.peerDependencies,'.pnpm':0})",
    "for(const m of load.resolve.paths(name))try{dirs.add(fs.realpathSync(m+'/'+k));break}catch{}}",
    // The host prints the stack too; with an empty one the user sees a single line.
    "throw process[name]=Object.assign(Error('the package '+name+' is not installed: run `npm install '+name+'` (pnpm add, yarn add) in '",
    "+process.cwd()+', then this command again'),{name:'',stack:''})}",
  ].join("");
}

/** The `__provider` of a StreamDownload. */
export const PROVIDER_STRING = providerString("provider");

/** The `__provider` of a StreamDownloads. */
export const LIBRARY_PROVIDER_STRING = providerString("bulkProvider");
