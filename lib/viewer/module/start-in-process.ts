import type { Diagnostics } from '../../diagnostics.js';
import { listenGrpc } from '../server/otlp-grpc.js';
import { ViewerServer } from '../server/viewer-server.js';
import { readTraceFile } from '../store/read-trace-file.js';
import { TraceStore } from '../store/trace-store.js';
import type { HostedViewer } from './host-or-join.js';
import { startJournal } from './start-journal.js';
import type { ViewerSettings } from './viewer-options.js';

/** How a viewer runs in its thread. */
export interface InProcessOptions {
  /** Whether the process runs for as long as the viewer is open. */
  readonly keepsProcess: boolean;
  /** How often a thread before this one has ended by itself. @default 0 */
  readonly restartCount?: number;
}

/**
 * Starts a viewer on the event loop of this thread.
 *
 * @throws Error if the address cannot be used, with the code `EADDRINUSE` for a port that is taken
 */
export async function startInProcess(
  settings: ViewerSettings,
  diagnostics: Diagnostics,
  { keepsProcess, restartCount = 0 }: InProcessOptions,
): Promise<HostedViewer & { readonly store: TraceStore; readonly grpcPort: number | undefined }> {
  const { maxBytes, maxTraces, grpcPort, persist, ...serverOptions } = settings;
  const store = new TraceStore({ maxBytes, maxTraces });
  const server = new ViewerServer({ ...serverOptions, store, diagnostics, restartCount });
  if (!keepsProcess) server.unref();
  await server.listen();
  // The journal of a port that nobody asked for would not be found again.
  const journal =
    persist && settings.port !== 0
      ? startJournal(store, server.port, maxBytes, diagnostics)
      : undefined;
  const { host, token } = settings;
  const grpc =
    grpcPort === undefined
      ? undefined
      : await listenGrpc({
          store,
          host,
          port: grpcPort,
          token,
          diagnostics,
          onMetrics: () => server.countMetrics(),
        });
  return {
    store,
    port: server.port,
    grpcPort: grpc?.port,
    readFile: (path) => readTraceFile(path, store),
    close: async () => {
      await journal?.close();
      grpc?.close();
      await server.close();
    },
  };
}
