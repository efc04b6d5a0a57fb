/**
 * This package's version, which is the plugin's. A constant, because neither a bundled program nor the plugin's archive
 * has this package's package.json.
 */
export const VERSION = "0.1.0";
