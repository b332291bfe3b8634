import { describe, expect, it } from '@jest/globals';
import { type SpanStatus, SpanStatusCode } from '@opentelemetry/api';
import { nextStatus, STATUS_UNSET } from '../../../lib/trace/span-status.js';

const { OK, ERROR, UNSET } = SpanStatusCode;

describe('nextStatus', () => {
  it.each<[string, SpanStatus, SpanStatus | undefined, SpanStatus]>([
    ['takes an error', STATUS_UNSET, { code: ERROR, message: 'm' }, { code: ERROR, message: 'm' }],
    ['takes OK after an error', { code: ERROR }, { code: OK, message: 'm' }, { code: OK }],
    ['keeps OK', { code: OK }, { code: ERROR }, { code: OK }],
    [
      'ignores UNSET',
      { code: ERROR, message: 'm' },
      { code: UNSET },
      { code: ERROR, message: 'm' },
    ],
    ['ignores nothing', { code: ERROR }, undefined, { code: ERROR }],
    [
      'drops a message that is no text',
      STATUS_UNSET,
      { code: ERROR, message: 7 as never },
      { code: ERROR },
    ],
  ])('%s', (_, current, wanted, next) => {
    expect(nextStatus(current, wanted)).toEqual(next);
  });
});
