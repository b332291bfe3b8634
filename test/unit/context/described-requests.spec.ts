import { describe, expect, it } from '@jest/globals';
import {
  describesRequests,
  withDescribedRequests,
} from '../../../lib/context/described-requests.js';
import { contextStorage } from '../../../lib/context/index.js';
import { AlwaysOffSampler, AlwaysOnSampler } from '../../../lib/sampling/index.js';
import { tracingsOfTest } from '../../support/tracings-of-test.js';

const createTracing = tracingsOfTest();

describe('describesRequests', () => {
  it.each([
    ['recorded', new AlwaysOnSampler()],
    ['not sampled', new AlwaysOffSampler()],
  ])('is true in a marked context whose span is %s, until the work is over', (_, sampler) => {
    const { tracer } = createTracing({ sampler });
    const query = { isUnderWay: true };
    tracer.trace('query', () => {
      const context = withDescribedRequests(contextStorage.active(), query);
      expect(describesRequests(contextStorage.active())).toBe(false);
      expect(describesRequests(context)).toBe(true);
      query.isUnderWay = false;
      expect(describesRequests(context)).toBe(false);
    });
  });

  it('is false for a span below the marked one', () => {
    const { tracer, recorder } = createTracing();
    tracer.trace('query', () => {
      const context = withDescribedRequests(contextStorage.active(), { isUnderWay: true });
      contextStorage.run(context, () => {
        tracer.trace('hook', () => expect(describesRequests(contextStorage.active())).toBe(false));
      });
    });
    recorder.takeSpans();
  });
});
