import { describe, expect, it } from '@jest/globals';
import { trace } from '@opentelemetry/api';
import { seededRandom } from '../../../../lib/testing/contracts/given-random.js';
import {
  contextWith,
  randomTraceState,
  SAMPLING_REQUEST_KEY,
  samplingSituations,
} from '../../../../lib/testing/contracts/sampling-situations.js';

describe('samplingSituations', () => {
  const situations = [...samplingSituations()];

  it('differ in their words', () => {
    expect(new Set(situations.map(({ what }) => what)).size).toBe(situations.length);
  });

  it('contain roots, local and remote parents of each flag, and wishes of callers', () => {
    const kinds = new Set(
      situations.map(({ context }) => {
        const parent = trace.getSpanContext(context);
        const request = context.getValue(SAMPLING_REQUEST_KEY);
        if (request !== undefined) return `request ${String(request)}`;
        return parent === undefined ? 'root' : `${parent.isRemote} ${parent.traceFlags}`;
      }),
    );
    for (const kind of ['root', 'true 0', 'true 1', 'false 1', 'undefined 3', 'request debug']) {
      expect(kinds).toContain(kind);
    }
  });
});

describe('contextWith', () => {
  it('is below a valid local parent by default', () => {
    const { traceId, isRemote, traceFlags } = trace.getSpanContext(contextWith({})) ?? {};
    expect([traceId?.length, isRemote, traceFlags]).toEqual([32, undefined, 0]);
  });
});

describe('randomTraceState', () => {
  it('is there or not, with and without thresholds', () => {
    const random = seededRandom(5);
    const texts = Array.from({ length: 300 }, () => randomTraceState(random)?.serialize());
    expect(texts).toContain(undefined);
    for (const part of ['th:8', 'th:XYZ', 'rv:ab1122334455ef', 'foo=1', 'bar=2']) {
      expect(texts.some((text) => text?.includes(part))).toBe(true);
      expect(texts.some((text) => !text?.includes(part))).toBe(true);
    }
  });
});
