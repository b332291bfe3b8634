import type { MessagePort } from 'node:worker_threads';
import { Diagnostics } from '../../diagnostics.js';
import { VERSION } from '../../version.js';
import type { HostedViewer } from './host-or-join.js';
import { startInProcess } from './start-in-process.js';
import type { WorkerCommand, WorkerInput, WorkerMessage } from './worker-messages.js';

/**
 * Runs a viewer in the thread of a worker, until it is told to close. In a thread that was started for another
 * purpose it does nothing.
 *
 * @param port null in the main thread
 * @param data what the thread was started with
 */
export async function runWorker(port: MessagePort | null, data: unknown): Promise<void> {
  const input = data as Partial<WorkerInput> | null | undefined;
  if (port === null || input?.kind !== 'nestjs-traced viewer') return;
  const say = (message: WorkerMessage): void => port.postMessage(message);
  if (input.version !== VERSION || input.settings === undefined) {
    const message = `The worker has the version ${VERSION}`;
    say({ type: 'failed', message, code: 'ERR_NO_VIEWER_WORKER' });
    return;
  }
  const diagnostics = new Diagnostics({ warn: (message) => say({ type: 'report', message }) });
  try {
    const hosted = await startInProcess(input.settings, diagnostics, {
      keepsProcess: false,
      restartCount: input.restartCount ?? 0,
    });
    port.on('message', (command: WorkerCommand) => {
      if (command.type === 'close') void hosted.close().then(() => port.close());
      else void readFor(command.path, hosted).then(say);
    });
    say({ type: 'listening', port: hosted.port });
  } catch (error) {
    const { message, code } = error as NodeJS.ErrnoException;
    say({ type: 'failed', message, code });
    port.close();
  }
}

/** Never rejects. */
async function readFor(path: string, hosted: HostedViewer): Promise<WorkerMessage> {
  try {
    return { type: 'read', path, isRead: true, text: await hosted.readFile(path) };
  } catch (error) {
    return { type: 'read', path, isRead: false, text: (error as Error).message };
  }
}
