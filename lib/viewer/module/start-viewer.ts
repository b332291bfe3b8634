import type { Diagnostics } from '../../diagnostics.js';
import { type FoundViewer, type HostedViewer, hostOrJoin } from './host-or-join.js';
import { startInProcess } from './start-in-process.js';
import { TakeOver } from './take-over.js';
import type { ViewerSettings } from './viewer-options.js';
import { findWorkerFile, startInWorker } from './viewer-worker.js';

/** Where the viewer writes. Nest's `Logger` implements it. */
export interface ViewerLog {
  log(message: string): void;
  warn(message: string): void;
}

/** The viewer of an application. */
export interface StartedViewer {
  readonly found: FoundViewer;
  /** Takes over a viewer that another process hosts; undefined if this process hosts it. */
  readonly takeOver: TakeOver | undefined;
}

/**
 * Starts the viewer in a thread of its own, or joins one that runs, and logs the address of its page. A joined
 * viewer is taken over when its process ends.
 *
 * @param workerFile the file of the thread; empty if there is none, as in a bundle: the viewer then runs on
 *   the event loop of the application. @default what the application would import
 * @returns undefined if no viewer can be started, which is logged
 */
export async function startViewer(
  settings: ViewerSettings,
  log: ViewerLog,
  diagnostics: Diagnostics,
  workerFile = findWorkerFile() ?? '',
): Promise<StartedViewer | undefined> {
  let file = workerFile;
  const start = async (each: ViewerSettings): Promise<HostedViewer> => {
    if (file !== '') {
      try {
        return await startInWorker(file, each, diagnostics);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ERR_NO_VIEWER_WORKER') throw error;
        log.warn(
          `${(error as Error).message}. The viewer runs on the event loop of the application.`,
        );
        file = '';
      }
    }
    return startInProcess(each, diagnostics, false);
  };
  try {
    const found = await hostOrJoin(settings, start);
    logAddress(found, settings, log);
    const { port } = found;
    const onHosted = (): void =>
      log.log(`Traces: http://localhost:${port} (from now on in this process)`);
    const takeOver =
      found.hosted === undefined
        ? new TakeOver({ settings: { ...settings, port }, start, onHosted, diagnostics })
        : undefined;
    return { found, takeOver };
  } catch (error) {
    log.warn(
      `The trace viewer cannot listen: ${(error as Error).message}. Set another port or host.`,
    );
    return undefined;
  }
}

function logAddress(
  { port, hosted, holder }: FoundViewer,
  settings: ViewerSettings,
  log: ViewerLog,
): void {
  const address = `http://localhost:${port}`;
  if (port !== settings.port && settings.port !== 0) {
    const reason =
      holder === 'other-token'
        ? `The trace viewer on port ${settings.port} has another token`
        : `Port ${settings.port} is in use by another program`;
    log.warn(
      `${reason}, so this viewer uses port ${port}. Other services send their spans here with ` +
        `OTEL_EXPORTER_OTLP_ENDPOINT=${address}`,
    );
  }
  log.log(`Traces: ${address}${hosted === undefined ? ' (in another process)' : ''}`);
}
