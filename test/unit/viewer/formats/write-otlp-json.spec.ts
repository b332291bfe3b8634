import { describe, expect, it } from '@jest/globals';
import { readOtlpJson } from '../../../../lib/viewer/formats/otlp-json.js';
import { writeOtlpJson } from '../../../../lib/viewer/formats/write-otlp-json.js';
import { FULL_SPAN_RECORDS } from '../../../support/full-span-records.js';

describe('writeOtlpJson', () => {
  it('writes what it reads', () => {
    expect(readOtlpJson(writeOtlpJson(FULL_SPAN_RECORDS))).toEqual({
      spans: FULL_SPAN_RECORDS,
      refusedCount: 0,
    });
  });

  // Made by hand from the specification.
  it('writes OTLP', () => {
    const span = {
      traceId: '5b8efff798038103d269b633813fc60c',
      spanId: 'eee19b7ec3c1b174',
      name: 'I am a span',
      startNanos: 1_544_712_660_000_000_000n,
      endNanos: 1_544_712_661_000_000_000n,
      attributes: { 'my.attr': 'value', count: 3 },
      resource: { attributes: { 'service.name': 'my.service' } },
      scope: { name: 'my.library', version: '1.0.0' },
    };
    expect(JSON.parse(writeOtlpJson([span]))).toEqual({
      resourceSpans: [
        {
          resource: { attributes: [{ key: 'service.name', value: { stringValue: 'my.service' } }] },
          scopeSpans: [
            {
              scope: { name: 'my.library', version: '1.0.0' },
              spans: [
                {
                  traceId: '5b8efff798038103d269b633813fc60c',
                  spanId: 'eee19b7ec3c1b174',
                  name: 'I am a span',
                  kind: 1,
                  startTimeUnixNano: '1544712660000000000',
                  endTimeUnixNano: '1544712661000000000',
                  attributes: [
                    { key: 'my.attr', value: { stringValue: 'value' } },
                    { key: 'count', value: { intValue: '3' } },
                  ],
                  status: {},
                },
              ],
            },
          ],
        },
      ],
    });
  });

  it('puts spans with one resource and scope together', () => {
    const { resourceSpans } = JSON.parse(writeOtlpJson(FULL_SPAN_RECORDS));
    expect(resourceSpans).toHaveLength(1);
    expect(resourceSpans[0].scopeSpans).toHaveLength(2);
  });

  it('writes spans without a resource and a scope', () => {
    const span = { traceId: '1'.repeat(32), spanId: '2'.repeat(16), name: 'a', startNanos: 1n };
    const { spans } = readOtlpJson(writeOtlpJson([span]));
    expect(spans).toMatchObject([{ name: 'a', resource: { attributes: {} }, scope: { name: '' } }]);
  });
});
