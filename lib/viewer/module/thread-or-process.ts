import type { Diagnostics } from '../../diagnostics.js';
import type { StartViewer } from './host-or-join.js';
import { startInProcess } from './start-in-process.js';
import { startInWorker } from './viewer-worker.js';

/** How viewers are started. */
export interface ThreadOrProcessOptions {
  /** The file of the thread; empty if there is none, as in a bundle. */
  readonly workerFile: string;
  readonly diagnostics: Diagnostics;
  /** Whether the process runs for as long as the viewer is open. */
  readonly keepsProcess: boolean;
  /** Called with the reason, as a sentence without its full stop, if the file is no thread of this version. */
  readonly onNoWorker: (reason: string) => void;
}

/** Starts viewers in a thread of their own; where there is none for them, on the event loop of this thread. */
export function threadOrProcess({
  workerFile,
  diagnostics,
  keepsProcess,
  onNoWorker,
}: ThreadOrProcessOptions): StartViewer {
  let file = workerFile;
  return async (settings, restartCount = 0) => {
    if (file !== '') {
      try {
        const options = { keepsProcess, restartCount };
        return await startInWorker(file, settings, diagnostics, options);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ERR_NO_VIEWER_WORKER') throw error;
        onNoWorker((error as Error).message);
        file = '';
      }
    }
    return startInProcess(settings, diagnostics, { keepsProcess, restartCount });
  };
}
