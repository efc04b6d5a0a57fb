/** How everything in Go is built here: with the same flags, so that what the programs have in common is compiled once. */

/** @returns {NodeJS.ProcessEnv} the environment for Go */
export function goEnvironment() {
  return { ...process.env, CGO_ENABLED: "0", GOFLAGS: "-buildvcs=false -mod=readonly" };
}

/**
 * Go's arguments.
 *
 * @param {string} output the program's path
 * @param {string} source its package
 * @param {string} linkerFlags on top of the usual
 */
export function goBuild(output, source, linkerFlags = "") {
  // Without debugging data, which the linker would drop anyway (-w): a twelfth less to compile.
  const flags = ["-trimpath", "-tags", "osusergo,grpcnotrace", "-gcflags=all=-dwarf=false"];
  flags.push("-ldflags", `-w -s ${linkerFlags}`.trim());
  return ["build", ...flags, "-o", output, source];
}
