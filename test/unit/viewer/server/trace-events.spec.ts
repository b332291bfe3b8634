import { describe, expect, it } from '@jest/globals';
import { decodeEvents } from '../../../../lib/viewer/page/trace/decode-trace.js';
import { idOf, protobufRequest, requestOf, spanOf } from '../../../support/otlp-requests.js';
import { viewersOfTest } from '../../../support/viewer-servers.js';

const startViewer = viewersOfTest();
const TRACE = idOf(1, 32);

describe('GET /api/traces/:id/events', () => {
  it('has the times of the events of all spans', async () => {
    const viewer = await startViewer();
    const first = spanOf(1, 1);
    const start = BigInt(String(first.startTimeUnixNano));
    const event = (name: string, nanos: bigint) => ({ name, timeUnixNano: String(start + nanos) });
    viewer.store.receiveTraces(
      protobufRequest(
        requestOf([
          first,
          spanOf(1, 2, { events: [event('retry', 500n), event('exception', 900n)] }),
          spanOf(1, 3, { events: [event('end', 7n)] }),
        ]),
      ),
    );
    const answer = await viewer.ask({ path: `/api/traces/${TRACE}/events` });
    const base = viewer.store.get(TRACE)?.base ?? 0n;
    const nanos = (after: bigint) => Number(start + after - base);
    expect([...decodeEvents(answer.json())]).toEqual([
      [
        1,
        [
          { nanos: nanos(500n), isBad: false },
          { nanos: nanos(900n), isBad: true },
        ],
      ],
      [2, [{ nanos: nanos(7n), isBad: false }]],
    ]);
    expect(answer.json().hasMore).toBe(false);
  });

  it('has nothing for a trace that is not in the store', async () => {
    const viewer = await startViewer();
    expect((await viewer.ask({ path: `/api/traces/${TRACE}/events` })).status).toBe(404);
  });
});
