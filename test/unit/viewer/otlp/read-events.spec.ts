import { describe, expect, it } from '@jest/globals';
import { readEventTimes } from '../../../../lib/viewer/otlp/read-events.js';
import { skimSpans } from '../../../../lib/viewer/otlp/skim-spans.js';
import { protobufRequest, requestOf, spanOf } from '../../../support/otlp-requests.js';

describe('readEventTimes', () => {
  it('reads the events of a span in their order', () => {
    const events = [
      { name: 'retry', timeUnixNano: '1700000000000000007' },
      { name: 'exception', timeUnixNano: '1700000000000000005' },
    ];
    const request = protobufRequest(requestOf([spanOf(1, 1, { events })]));
    const found: unknown[] = [];
    skimSpans(request, {
      receive: ({ bytes, start, stop }) => {
        readEventTimes(bytes.subarray(start, stop), (time, isException) => {
          found.push([time, isException]);
        });
      },
    });
    expect(found).toEqual([
      [1700000000000000007n, false],
      [1700000000000000005n, true],
    ]);
  });

  it('reads what it can of bytes that are broken', () => {
    expect(() => readEventTimes(Buffer.from([0x5a, 0xff, 0x01]), () => {})).not.toThrow();
  });
});
