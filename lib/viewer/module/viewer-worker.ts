import { createRequire } from 'node:module';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Diagnostics } from '../../diagnostics.js';
import { VERSION } from '../../version.js';
import type { HostedViewer } from './host-or-join.js';
import type { ViewerSettings } from './viewer-options.js';
import type { WorkerCommand, WorkerInput, WorkerMessage } from './worker-messages.js';

const MIB = 1024 * 1024;
/** For what does not count as memory of traces: the analysis of large ones, answers, garbage. */
const HEAP_BESIDE_TRACES_MIB = 768;
/**
 * Three semi-spaces of 4 MiB. Without a limit they grow to 48 or 96 MiB, by the version of Node, of which the
 * garbage of requests fills any part.
 */
const YOUNG_HEAP_MIB = 12;
const START_TIMEOUT_MILLIS = 10_000;

/** How the thread of a viewer is started. */
export interface WorkerOptions {
  /** Whether the process runs for as long as the thread does. */
  readonly keepsProcess: boolean;
  /** How often a thread before it has ended by itself. @default 0 */
  readonly restartCount?: number;
}

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
 * observes.
 *
 * @param file from {@link findWorkerFile}
 * @throws Error if the address cannot be used, with the code `EADDRINUSE` for a port that is taken; with the
 *   code `ERR_NO_VIEWER_WORKER` if the file is not a worker of this version
 */
export async function startInWorker(
  file: string,
  settings: ViewerSettings,
  diagnostics: Diagnostics,
  { keepsProcess, restartCount = 0 }: WorkerOptions,
): Promise<HostedViewer> {
  const input: WorkerInput = {
    kind: 'nestjs-traced viewer',
    version: VERSION,
    settings,
    restartCount,
  };
  const worker = new Worker(file, {
    workerData: input,
    resourceLimits: {
      maxOldGenerationSizeMb: Math.ceil(settings.maxBytes / MIB) + HEAP_BESIDE_TRACES_MIB,
      maxYoungGenerationSizeMb: YOUNG_HEAP_MIB,
    },
    // The options of the application can load code that traces or debugs it.
    execArgv: [],
  });
  const port = await whereItListens(worker);
  let isClosing = false;
  let reason: unknown;
  worker.on('error', (error) => {
    reason = error;
  });
  const exited = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
  const failed = new Promise<unknown>((resolve) => {
    void exited.then(() => {
      if (!isClosing) resolve(reason);
    });
  });
  worker.on('message', (message: WorkerMessage) => {
    if (message.type === 'report') diagnostics.say(message.message);
  });
  if (!keepsProcess) worker.unref();
  const tell = (command: WorkerCommand): void => worker.postMessage(command);
  return {
    port,
    failed,
    readFile: (path) => {
      const answer = answerTo(path, worker, exited);
      tell({ type: 'read', path });
      return answer;
    },
    close: async () => {
      isClosing = true;
      worker.ref();
      tell({ type: 'close' });
      await exited;
    },
  };
}

/** The port of a worker that has just been started. Ends a worker that cannot listen. */
async function whereItListens(worker: Worker): Promise<number> {
  try {
    return await new Promise<number>((resolve, reject) => {
      const timer = setTimeout(() => reject(noWorker('does not answer')), START_TIMEOUT_MILLIS);
      const fail = (error: Error): void => {
        clearTimeout(timer);
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
  } catch (error) {
    void worker.terminate();
    throw error;
  } finally {
    worker.removeAllListeners('error').removeAllListeners('exit').removeAllListeners('message');
  }
}

/** What the worker says to a file that it is told to read. */
function answerTo(path: string, worker: Worker, exited: Promise<void>): Promise<string> {
  return new Promise((resolve, reject) => {
    const take = (message: WorkerMessage): void => {
      if (message.type !== 'read' || message.path !== path) return;
      worker.off('message', take);
      if (message.isRead) resolve(message.text);
      else reject(new Error(message.text));
    };
    worker.on('message', take);
    void exited.then(() => reject(new Error(`${path}: the thread of the viewer has ended.`)));
  });
}

function noWorker(reason: string): Error {
  return Object.assign(new Error(`The worker of the trace viewer ${reason}`), {
    code: 'ERR_NO_VIEWER_WORKER',
  });
}
