import type { TracingCounts } from '../../../lib/assembly/index.js';

/** Where the spans of an application with one exporter are: they are at one of these places each. */
export interface Places {
  readonly started: number;
  readonly exported: number;
  readonly dropped: number;
  readonly failed: number;
  readonly queued: number;
  readonly live: number;
}

export function placesOf({ started, live, pipelines: [pipeline] }: TracingCounts): Places {
  const { exported = 0, failed = 0, dropped = {}, queued = 0 } = pipeline ?? {};
  const droppedCount = Object.values(dropped).reduce((sum, count) => sum + count, 0);
  return { started, exported, dropped: droppedCount, failed, queued, live };
}
