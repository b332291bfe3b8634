import { describe, expect, it } from '@jest/globals';
import { parseB3Multi, parseB3Single } from '../../../lib/propagation/b3-syntax.js';

const TRACE_ID = '80f198ee56343ba864fe8b2a57d3eff7';
const SPAN_ID = 'e457b5a2e4d86bd1';

describe('B3 in one header', () => {
  it.each([
    ['', false, 'defer'],
    ['-0', false, undefined],
    ['-1', true, undefined],
    ['-d', true, 'debug'],
  ])('with the state %j', (state, isSampled, request) => {
    for (const parent of ['', '-05e3ac9a4f6e3b90', '-d5e3ac9a4f6e3b90']) {
      expect(parseB3Single(`${TRACE_ID}-${SPAN_ID}${state}${parent}`)).toEqual({
        traceId: TRACE_ID,
        spanId: SPAN_ID,
        isSampled,
        request,
      });
      expect(parseB3Single(`${SPAN_ID}-${SPAN_ID}${state}${parent}`)).toEqual({
        traceId: `0000000000000000${SPAN_ID}`,
        spanId: SPAN_ID,
        isSampled,
        request,
      });
    }
  });

  it('rule 41: is never read when anything is added, left out or moved', () => {
    const valid = `${TRACE_ID}-${SPAN_ID}-1-05e3ac9a4f6e3b90`;
    for (let at = 0; at <= valid.length; at++) {
      for (const char of ['-', '0', 'x', ' ']) {
        const longer = valid.slice(0, at) + char + valid.slice(at);
        expect([longer, parseB3Single(longer)]).toEqual([longer, undefined]);
      }
    }
    const readable = new Set([`${TRACE_ID}-${SPAN_ID}`, `${TRACE_ID}-${SPAN_ID}-1`, valid]);
    for (let end = 2; end <= valid.length; end++) {
      const start = valid.slice(0, end);
      expect([start, parseB3Single(start) !== undefined]).toEqual([start, readable.has(start)]);
    }
  });

  it('rule 48: has its ids lowered, and only them', () => {
    expect(parseB3Single(`${TRACE_ID.toUpperCase()}-${SPAN_ID}-1`)?.traceId).toBe(TRACE_ID);
    expect(parseB3Single(`${TRACE_ID}-${SPAN_ID}-D`)).toBeUndefined();
    expect(parseB3Single(`${TRACE_ID.replace('8', '\u0130')}-${SPAN_ID}-1`)).toBeUndefined();
  });
});

describe('B3 in several headers', () => {
  it('is the same as in one', () => {
    for (const [sampled, flags, state] of [
      ['0', undefined, '-0'],
      ['1', undefined, '-1'],
      [undefined, '1', '-d'],
      [undefined, undefined, ''],
    ] as const) {
      expect(parseB3Multi(TRACE_ID, SPAN_ID, undefined, sampled, flags)).toEqual(
        parseB3Single(`${TRACE_ID}-${SPAN_ID}${state}`),
      );
    }
  });

  it('is nothing where nothing came', () => {
    expect(parseB3Multi(undefined, undefined, undefined, undefined, undefined)).toBeUndefined();
  });
});
