import { machine } from './machine.js';
import { readOptions } from './options.js';
import { preparePeers } from './peers.js';
import { writeDocuments } from './report/documents.js';
import { keepResults } from './report/kept-results.js';
import { METHOD } from './report/method.js';
import { printSummary } from './report/summary.js';

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
const { runViewer } = await import('./viewer/run-viewer.js');

let failedParts = 0;
const results = {
  method: METHOD,
  machine: machine(),
  quick: options.quick,
  micro: await runPart('micro', runMicro),
  fixedRate: await runPart('fixed-rate', runFixedRate),
  delivery: await runPart('delivery', runDelivery),
  application: await runPart('application', runApplication),
  load: await runPart('load', runLoad),
  viewer: await runPart('viewer', runViewer),
};
printSummary(results);
if (options.write && failedParts === 0) {
  keepResults(results);
  writeDocuments();
}
process.exit(failedParts);

/** A part that fails does not take the figures of the others with it. */
async function runPart(part, run) {
  if (!options.parts.has(part)) return undefined;
  try {
    return await run(options);
  } catch (error) {
    failedParts++;
    process.stderr.write(`\nThe part ${part} failed: ${error.stack}\n`);
    return undefined;
  }
}
