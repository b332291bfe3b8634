import type { Diagnostics } from '../../diagnostics.js';
import { type FoundViewer, hostOrJoin } from './host-or-join.js';
import { hostedLine, settingsOnPort, TakeOver } from './take-over.js';
import { threadOrProcess } from './thread-or-process.js';
import type { ViewerSettings } from './viewer-options.js';
import { findWorkerFile } from './viewer-worker.js';

/** Where the viewer writes. Nest's `Logger` implements it. */
export interface ViewerLog {
  log(message: string): void;
  warn(message: string): void;
}

/** The viewer of an application. */
export interface StartedViewer {
  readonly found: FoundViewer;
  /** Closes it if this process hosts it, also if it has done so only later. */
  close(): Promise<void>;
}

/**
 * Starts the viewer in a thread of its own, or joins one that runs, and logs the address of its page. A joined
 * viewer is taken over when its process ends; a thread that ends by itself is started again.
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
  const start = threadOrProcess({
    workerFile,
    diagnostics,
    keepsProcess: false,
    onNoWorker: (reason) =>
      log.warn(`${reason}. The viewer runs on the event loop of the application.`),
  });
  try {
    const found = await hostOrJoin(settings, start);
    logAddress(found, settings, log);
    const { hosted } = found;
    const onHosted = (isAgain: boolean): void => log.log(hostedLine(found.port, isAgain));
    const onPort = settingsOnPort(settings, found.port);
    const takeOver = new TakeOver({ settings: onPort, start, hosted, onHosted, diagnostics });
    return { found, close: () => takeOver.close() };
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
