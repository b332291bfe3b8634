import { SCENARIO } from '../scenario.js';
import { VIEWER_SCENARIO } from '../viewer-scenario.js';
import type { Print } from './report.js';
import { send } from './send.js';
import { TracedServices } from './traced-services.js';
import { ViewerProcess } from './viewer-process.js';

/** So that a trace is in the viewer soon after its request. */
const EXPORT_SOON = { OTEL_BSP_SCHEDULE_DELAY: '200' };

/**
 * Starts the viewer and the services, sends the requests of both scenarios, and leaves everything running until the
 * process is asked to end.
 *
 * @param port of the viewer
 * @throws Error if the viewer or a service fails
 */
export async function showInViewer(print: Print, port: string | undefined): Promise<void> {
  const isAsked = new Promise<'asked'>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => resolve('asked'));
  });
  const viewer = new ViewerProcess(port);
  const services = new TracedServices();
  try {
    const started = await Promise.race([start(viewer, services), isAsked]);
    if (started === 'asked') return;
    print(
      `Traces: ${started.address}`,
      `Send more of them: curl -H 'x-api-key: demo' ${started.gatewayUrl}/orders`,
      'The services and the viewer run until you press Ctrl+C.',
    );
    await isAsked;
    await services.stop();
  } finally {
    services.kill();
    await viewer.stop();
  }
}

async function start(
  viewer: ViewerProcess,
  services: TracedServices,
): Promise<{ address: string; gatewayUrl: string }> {
  const address = await viewer.address();
  const gatewayUrl = await services.start(address, EXPORT_SOON);
  for (const request of [...SCENARIO, ...VIEWER_SCENARIO]) await send(gatewayUrl, request);
  return { address, gatewayUrl };
}
