import { createRequire } from 'node:module';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Diagnostics } from '../../diagnostics.js';
import { VERSION } from '../../version.js';
import type { HostedViewer } from './host-or-join.js';
import type { ViewerSettings } from './viewer-options.js';
import type { WorkerCommand, WorkerInput, WorkerMessage } from './worker-messages.js';

const MAX_HEAP_MIB = 1024;
const START_TIMEOUT_MILLIS = 10_000;

/**
 * Finds the file of the worker as the application would import it. The code of this file can be anywhere, as
 * in a bundle, so its own place says nothing.
 *
 * @param folder where the search begins
 * @returns undefined if the package is not installed there, or if a test runner leads to its sources
 */
export function findWorkerFile(folder: string = process.cwd()): string | undefined {
  try {
    const file = createRequire(join(folder, 'package.json')).resolve('nestjs-traced/viewer/worker');
    return /\.[cm]?js$/.test(file) ? file : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Starts a viewer in a thread with an event loop and a heap of its own, so that it does not slow down what it
 * observes. The thread does not keep the process running.
 *
 * @param file from {@link findWorkerFile}
 * @throws Error if the address cannot be used, with the code `EADDRINUSE` for a port that is taken; with the
 *   code `ERR_NO_VIEWER_WORKER` if the file is not a worker of this version
 */
export async function startInWorker(
  file: string,
  settings: ViewerSettings,
  diagnostics: Diagnostics,
): Promise<HostedViewer> {
  const input: WorkerInput = { kind: 'nestjs-traced viewer', version: VERSION, settings };
  const worker = new Worker(file, {
    workerData: input,
    resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MIB },
    // The options of the application can load code that traces or debugs it.
    execArgv: [],
  });
  let isClosing = false;
  const port = await new Promise<number>((resolve, reject) => {
    const timer = setTimeout(() => reject(noWorker('does not answer')), START_TIMEOUT_MILLIS);
    const fail = (error: Error): void => {
      clearTimeout(timer);
      isClosing = true;
      void worker.terminate();
      reject(error);
    };
    worker.once('error', (error) => fail(noWorker(String((error as Error).message))));
    worker.once('exit', () => fail(noWorker('has ended')));
    worker.on('message', (message: WorkerMessage) => {
      if (message.type === 'listening') {
        clearTimeout(timer);
        resolve(message.port);
      } else if (message.type === 'failed') {
        fail(Object.assign(new Error(message.message), { code: message.code }));
      }
    });
  });
  worker.removeAllListeners('error').removeAllListeners('exit').removeAllListeners('message');
  worker.on('error', (error) => diagnostics.report('The trace viewer has failed', error));
  const exited = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
  worker.on('exit', () => {
    if (!isClosing)
      diagnostics.say('The thread of the trace viewer has ended; its traces are gone.');
  });
  worker.on('message', (message: WorkerMessage) => {
    if (message.type === 'report') diagnostics.say(message.message);
  });
  worker.unref();
  return {
    port,
    close: async () => {
      isClosing = true;
      const command: WorkerCommand = 'close';
      worker.ref();
      worker.postMessage(command);
      await exited;
    },
  };
}

function noWorker(reason: string): Error {
  return Object.assign(new Error(`The worker of the trace viewer ${reason}`), {
    code: 'ERR_NO_VIEWER_WORKER',
  });
}
