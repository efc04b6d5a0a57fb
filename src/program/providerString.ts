/**
 * The hidden input `__provider`: JavaScript that Pulumi's plugin process evaluates to get at the provider, in the program's folder (that
 * of `main` in Pulumi.yaml).
 *
 * `dynamic.Resource` would fill it with serialised closures, which put the whole provider into every resource's state and change
 * with every release. This constant finds the installed package and loads it. It stands in the state of every resource ever made, and a
 * refresh or a destroy runs what stands there, not what a newer release has: it must never change. It need not, because it depends on
 * nothing but Node.js's own resolution, the dependencies in package.json files, and the names of this package, its entry and its exports. It
 * holds no path, so it is the same on every machine. The engine stores it twice for each resource, hence no spare spaces.
 *
 * The first copy found is loaded:
 * 1. what the program itself would load, from `node_modules` in its folder and above (NODE_PATH and Yarn's Plug'n'Play included). Where the
 *    package is installed as usual nothing else is looked at;
 * 2. what the packages would load that a package.json in the program's folder or above depends on. Each is looked from at its real path,
 *    because there pnpm, workspaces and links have what it depends on itself;
 * 3. what is in pnpm's store, which has whatever any package of a workspace depends on;
 * 4. what the dependencies of the dependencies would load, level by level.
 */
function providerString(exported: string): string {
  return [
    "exports.handler=()=>{const name='pulumi-cloudflare-stream-downloads',fs=require('fs'),dirs=new Set;",
    // The host asks again for every resource; a search without result is made once.
    "if(process[name])throw process[name];",
    "for(let d=process.cwd();!dirs.has(d);d=require('path').dirname(d))dirs.add(d);",
    // A Set holds each folder once, and `for` goes on with what is added meanwhile.
    "for(const d of dirs){const load=require('module').createRequire(d+'/');let file,p;",
    "try{file=load.resolve(name+'/provider')}catch{}",
    `if(file)return load(file).${exported};`,
    "try{p=JSON.parse(fs.readFileSync(d+'/package.json'))}catch{}",
    "for(const k in{...p?.dependencies,...p?.devDependencies,...p?.optionalDependencies,...p?.peerDependencies,'.pnpm':0})",
    "for(const m of load.resolve.paths(name))try{dirs.add(fs.realpathSync(m+'/'+k));break}catch{}}",
    // The host prints a stack too; blanked, what the user sees is one line.
    "throw process[name]=Object.assign(Error('the package '+name+' is not installed: run `npm install '+name+'` (pnpm add, yarn add) in '",
    "+process.cwd()+', then this command again'),{name:'',stack:''})}",
  ].join("");
}

/** What a StreamDownload has as its `__provider`. */
export const PROVIDER_STRING = providerString("provider");

/** What a StreamDownloads has as its `__provider`. */
export const BULK_PROVIDER_STRING = providerString("bulkProvider");
