import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

// node .build/budget.js: fails if the built package is larger than it may be, or if its main door loads more code.
// Bytes and files are compared, and not times, because these differ from machine to machine.
const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));

const UNPACKED_AT_MOST_BYTES = 2_000_000;
/** What Node reads and compiles for `import 'nestjs-traced'`. Nest's own files have 1.6 MB, with comments. */
const LOADED_AT_MOST_BYTES = 950_000;
/** To find, read and link a file costs more than to compile its code. */
const LOADED_AT_MOST_FILES = 16;

const [{ unpackedSize, entryCount }] = JSON.parse(
  execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
    cwd: ROOT,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  }),
);
const { exports } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
const loaded = [...loadedBy(join(ROOT, exports['.'].import.default))];
const loadedBytes = loaded.reduce((sum, path) => sum + readFileSync(path).length, 0);

const budgets = [
  [`the package, unpacked (${entryCount} files)`, unpackedSize, UNPACKED_AT_MOST_BYTES, 'bytes'],
  ['what the main door loads', loadedBytes, LOADED_AT_MOST_BYTES, 'bytes'],
  ['what the main door loads', loaded.length, LOADED_AT_MOST_FILES, 'files'],
];
for (const [subject, value, atMost, unit] of budgets) {
  const isKept = value <= atMost;
  console.log(`${isKept ? 'ok' : 'TOO MUCH'}: ${subject}: ${value} ${unit}, at most ${atMost}`);
  if (!isKept) process.exitCode = 1;
}

/** A file, and the files of the package that it loads when it is loaded. */
function loadedBy(path, found = new Set()) {
  if (found.has(path)) return found;
  found.add(path);
  const code = readFileSync(path, 'utf8');
  // Not what a promise loads later, in which the bundler writes `then(() => require('…'))`.
  const later = /\.\s*then\(\(\)=>\s*require\([^)]*\)/g;
  const names = /(?:\brequire\(|\bfrom )(["'`])(\.[^"'`]+)\1/g;
  for (const [, , name] of code.replace(later, '').matchAll(names)) {
    loadedBy(join(dirname(path), name), found);
  }
  return found;
}
