import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { writeDocuments } from './documents.js';

const FIGURES = fileURLToPath(new URL('../results/', import.meta.url));

/** Keeps a run's figures, one file for each major version of Node, and writes the documents anew. */
export function writeResults(results) {
  const major = results.machine.node.slice(1).split('.')[0];
  mkdirSync(FIGURES, { recursive: true });
  writeFileSync(`${FIGURES}node-${major}.json`, `${JSON.stringify(results, rounded, 1)}\n`);
  writeDocuments();
}

function rounded(_key, value) {
  return typeof value === 'number' ? Number(value.toPrecision(5)) : value;
}
