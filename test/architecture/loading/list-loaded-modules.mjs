import { readFileSync } from 'node:fs';
import { createRequire, register } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';

// node list-loaded-modules.mjs LIST MODULE: imports MODULE, prints the paths of all files that loaded, and
// the names of Node's own modules.
const [, , listPath, modulePath] = process.argv;
register('./hooks.mjs', import.meta.url, { data: { listPath } });
await import(pathToFileURL(modulePath));

const imported = readFileSync(listPath, 'utf8')
  .split('\n')
  .filter((url) => url.startsWith('file:'))
  .map((url) => fileURLToPath(url));
// What CommonJS modules require among themselves goes past the hooks.
const required = Object.keys(createRequire(import.meta.url).cache);
const builtin = process.moduleLoadList
  .filter((entry) => entry.startsWith('NativeModule '))
  .map((entry) => entry.slice('NativeModule '.length));
console.log(JSON.stringify({ paths: [...new Set([...imported, ...required])], builtin }));
