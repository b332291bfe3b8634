import type { TraceRecord } from '../../../../lib/export/console/trace-record.js';

const EPOCH_MILLIS = Date.parse('2024-05-06T07:08:09Z');
const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';

/** A record whose span id is its name, as `parent > name`. @param startMillis since the trace began */
export function record(
  path: string,
  startMillis: number,
  durationMillis: number,
  rest: Partial<TraceRecord> = {},
): TraceRecord {
  const [name = '', parentSpanId] = path.split(' > ').reverse();
  return {
    traceId: TRACE_ID,
    spanId: name,
    ...(parentSpanId === undefined ? {} : { parentSpanId }),
    name,
    startEpochMillis: EPOCH_MILLIS + startMillis,
    durationMillis,
    ...rest,
  };
}
