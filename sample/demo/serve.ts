import type { INestApplication, INestApplicationContext } from '@nestjs/common';
import { type TracingCounts, TracingStatistics } from 'nestjs-traced';

/** What a service tells the runner that started it. */
export type ServiceMessage = { readonly address: string } | { readonly counts: TracingCounts };

/** What the runner says to a service. */
export const STOP = 'stop';

/** Serves an application over HTTP, on a free port; see {@link serve}. */
export function serveHttp(app: INestApplication): Promise<void> {
  return serve(app, async () => {
    await app.listen(0, '127.0.0.1');
    return app.getUrl();
  });
}

/**
 * Serves an application until the runner says stop, then tells what became of its spans. A service
 * that nobody runs like this has `app.enableShutdownHooks()` and `app.listen(port)`.
 *
 * @param listen resolves with the address where the application can be called
 */
export async function serve(
  app: INestApplicationContext,
  listen: () => Promise<string>,
): Promise<void> {
  const statistics = app.get(TracingStatistics);
  let closed: Promise<void> | undefined;
  // Closing delivers the spans that are still queued.
  const close = (): Promise<void> => {
    closed ??= app.close();
    return closed;
  };
  process.on('message', async (message) => {
    if (message !== STOP) return;
    await close();
    tell({ counts: statistics.counts() });
    process.disconnect();
  });
  // Ctrl+C reaches all processes of a terminal; the runner then says stop.
  process.on('SIGINT', () => {});
  // A runner that died cannot say stop.
  process.once('disconnect', close);
  const address = await listen();
  if (!process.connected) return close();
  tell({ address });
}

function tell(message: ServiceMessage): void {
  process.send?.(message);
}
