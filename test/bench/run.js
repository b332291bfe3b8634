import { machine } from './machine.js';
import { readOptions } from './options.js';
import { preparePeers } from './peers.js';
import { METHOD } from './report/method.js';
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
const { runFixedRate } = await import('./application/fixed-rate/run-fixed-rate.js');
const { runDelivery } = await import('./delivery/run-delivery.js');
const { runLoad } = await import('./load/run-load.js');

const runs = (part, run) => (options.parts.has(part) ? run(options) : undefined);
const results = {
  method: METHOD,
  machine: machine(),
  quick: options.quick,
  micro: await runs('micro', runMicro),
  fixedRate: await runs('fixed-rate', runFixedRate),
  delivery: await runs('delivery', runDelivery),
  application: await runs('application', runApplication),
  load: await runs('load', runLoad),
};
printSummary(results);
if (options.write) writeResults(results);
process.exit(0);
