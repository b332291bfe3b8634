import { describe, expect, it } from '@jest/globals';
import { type SpanStatus, SpanStatusCode } from '@opentelemetry/api';
import { nextStatus, STATUS_UNSET } from '../../../lib/trace/span-status.js';

const { UNSET, OK, ERROR } = SpanStatusCode;

describe('nextStatus', () => {
  const changes: [string, SpanStatus, unknown, SpanStatus][] = [
    ['UNSET to OK', STATUS_UNSET, { code: OK }, { code: OK }],
    ['UNSET to ERROR', STATUS_UNSET, { code: ERROR }, { code: ERROR }],
    [
      'ERROR keeps its message',
      STATUS_UNSET,
      { code: ERROR, message: 'm' },
      { code: ERROR, message: 'm' },
    ],
    ['OK loses its message', STATUS_UNSET, { code: OK, message: 'm' }, { code: OK }],
    ['ERROR to OK', { code: ERROR, message: 'm' }, { code: OK }, { code: OK }],
    ['OK is final', { code: OK }, { code: ERROR }, { code: OK }],
    ['UNSET is ignored', { code: ERROR }, { code: UNSET }, { code: ERROR }],
    ['a message that is no text', STATUS_UNSET, { code: ERROR, message: 5 }, { code: ERROR }],
    ['an unknown code', STATUS_UNSET, { code: 7 }, STATUS_UNSET],
    ['nothing', STATUS_UNSET, undefined, STATUS_UNSET],
  ];
  it.each(changes)('%s', (_, current, wanted, expected) => {
    expect(nextStatus(current, wanted as SpanStatus)).toEqual(expected);
  });
});
