import { markdown } from './markdown.js';

/** Prints a run as it will stand in RESULTS.md. */
export function printSummary(results) {
  process.stdout.write(`${markdown([results])}\n`);
}
