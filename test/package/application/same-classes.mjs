import { createRequire } from 'node:module';

// Two copies in one process would be two storages and two sets of injection tokens: a half-traced
// application. Every value must be the same one, whichever way it came.
const require = createRequire(import.meta.url);
const { exports } = require('nestjs-traced/package.json');
// What a thread runs exports nothing.
const THREADS = ['./viewer/worker'];
const doors = Object.keys(exports)
  .filter((subpath) => typeof exports[subpath] === 'object' && !THREADS.includes(subpath))
  .map((subpath) => subpath.replace('.', 'nestjs-traced'));

for (const door of doors) {
  const values = await import(door);
  const required = require(door);
  const names = new Set([...Object.keys(values), ...Object.keys(required)]);
  names.delete('__esModule');
  const different = [...names].filter((name) => values[name] !== required[name]);
  if (names.size === 0 || different.length > 0) {
    throw new Error(`${door}: import and require differ in ${different.join(', ') || 'all'}`);
  }
  console.log(`${door}: ${names.size} values, the same by import and by require`);
}
