import type { Diagnostics } from '../../diagnostics.js';
import { ViewerServer } from '../server/viewer-server.js';
import { TraceStore } from '../store/trace-store.js';
import type { HostedViewer } from './host-or-join.js';
import type { ViewerSettings } from './viewer-options.js';

/**
 * Starts a viewer on the event loop of this thread.
 *
 * @param keepsProcess whether the process runs for as long as the viewer is open
 * @throws Error if the address cannot be used, with the code `EADDRINUSE` for a port that is taken
 */
export async function startInProcess(
  settings: ViewerSettings,
  diagnostics: Diagnostics,
  keepsProcess: boolean,
): Promise<HostedViewer & { readonly store: TraceStore }> {
  const { maxBytes, maxTraces, ...serverOptions } = settings;
  const store = new TraceStore({ maxBytes, maxTraces });
  const server = new ViewerServer({ ...serverOptions, store, diagnostics });
  if (!keepsProcess) server.unref();
  await server.listen();
  return { store, port: server.port, close: () => server.close() };
}
