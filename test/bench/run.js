import { machine } from './machine.js';
import { readOptions } from './options.js';
import { preparePeers } from './peers.js';
import { printSummary } from './report/summary.js';
import { writeResults } from './report/write-results.js';

/**
 * Measures nestjs-traced against OpenTelemetry's SDK and nestjs-otel. README.md says how to run and
 * how to read it.
 */
const options = readOptions(process.argv.slice(2));
await preparePeers();
// Only now are the peers there that these load.
const { runMicro } = await import('./micro/run-micro.js');
const { runApplication } = await import('./application/run-application.js');
const { runLoad } = await import('./load/run-load.js');

const results = {
  machine: machine(),
  quick: options.quick,
  micro: options.parts.has('micro') ? await runMicro(options) : undefined,
  application: options.parts.has('application') ? await runApplication(options) : undefined,
  load: options.parts.has('load') ? await runLoad(options) : undefined,
};
printSummary(results);
if (options.write) writeResults(results);
process.exit(0);
