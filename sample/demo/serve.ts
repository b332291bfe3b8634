import type { INestApplication } from '@nestjs/common';
import { type TracingCounts, TracingStatistics } from 'nestjs-traced';

/** What a service tells the runner that started it. */
export type ServiceMessage = { readonly url: string } | { readonly counts: TracingCounts };

/** What the runner says to a service. */
export const STOP = 'stop';

/**
 * Serves an application on a free port until the runner says stop, then tells what became of its
 * spans. A service that nobody runs like this has `app.enableShutdownHooks()` and `app.listen(port)`.
 */
export async function serve(app: INestApplication): Promise<void> {
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
  // A runner that died cannot say stop.
  process.once('disconnect', close);
  await app.listen(0, '127.0.0.1');
  if (!process.connected) return close();
  tell({ url: await app.getUrl() });
}

function tell(message: ServiceMessage): void {
  process.send?.(message);
}
