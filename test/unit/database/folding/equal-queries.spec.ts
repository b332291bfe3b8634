import { describe, expect, it } from '@jest/globals';
import type { Span } from '@opentelemetry/api';
import { EqualQueries } from '../../../../lib/database/folding/equal-queries.js';
import { AlwaysOffSampler } from '../../../../lib/sampling/index.js';
import { tracingsOfTest } from '../../../support/tracings-of-test.js';

const createTracing = tracingsOfTest();

describe('EqualQueries', () => {
  it('counts nothing below a span that is not recorded', () => {
    const { tracer } = createTracing({ sampler: new AlwaysOffSampler() });
    const queries = new EqualQueries();
    expect(queries.below(tracer.startSpan('unsampled'))).toBeUndefined();
    expect(queries.below(undefined)).toBeUndefined();
    expect(queries.below({ isRecording: () => true } as Span)).toBeUndefined();
  });

  it('counts at most 100 names below one span', () => {
    const { tracer } = createTracing();
    const siblings = new EqualQueries().below(tracer.startSpan('list'));
    for (let index = 0; index < 200; index++) siblings?.add(`name ${index}`);
    expect(siblings?.add('name 99')).toBe(2);
    expect(siblings?.add('name 100')).toBe(1);
  });

  it('ends its spans before the parent ends', () => {
    const { tracer, recorder } = createTracing();
    const parent = tracer.startSpan('list');
    const siblings = new EqualQueries().below(parent);
    siblings?.foldOf('a', () => tracer.startSpan('a'));
    siblings?.foldOf('b', () => tracer.startSpan('b'));
    parent.end();
    expect(recorder.takeSpans().map(({ name }) => name)).toEqual(['a', 'b', 'list']);
  });
});
