import { parentPort, workerData } from 'node:worker_threads';
import { runWorker } from './module/run-worker.js';

/**
 * The entry point `nestjs-traced/viewer/worker`: the thread in which `TracingViewerModule` runs. Applications do
 * not import it.
 */
void runWorker(parentPort, workerData);
