import { createRequire } from 'node:module';
import * as imported from 'nestjs-traced';
import * as importedCore from 'nestjs-traced/core';
import * as importedTesting from 'nestjs-traced/testing';

// Two copies in one process would be two storages and two sets of injection tokens: a half-traced
// application. Every value must be the same one, whichever way it came.
const require = createRequire(import.meta.url);
const doors = {
  'nestjs-traced': imported,
  'nestjs-traced/core': importedCore,
  'nestjs-traced/testing': importedTesting,
};

for (const [door, values] of Object.entries(doors)) {
  const required = require(door);
  const names = new Set([...Object.keys(values), ...Object.keys(required)]);
  names.delete('__esModule');
  const different = [...names].filter((name) => values[name] !== required[name]);
  if (names.size === 0 || different.length > 0) {
    throw new Error(`${door}: import and require differ in ${different.join(', ') || 'all'}`);
  }
  console.log(`${door}: ${names.size} values, the same by import and by require`);
}

const { 'nestjs-traced': main, 'nestjs-traced/core': core } = doors;
const twofold = Object.keys(core).filter((name) => name in main && main[name] !== core[name]);
if (twofold.length > 0) {
  throw new Error(`nestjs-traced and nestjs-traced/core differ in ${twofold.join(', ')}`);
}
