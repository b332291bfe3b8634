import { describe, expect, it } from '@jest/globals';
import {
  describesRequests,
  withDescribedRequests,
} from '../../../lib/context/described-requests.js';
import { contextStorage } from '../../../lib/context/index.js';
import { tracingsOfTest } from '../../support/tracings-of-test.js';

const createTracing = tracingsOfTest();

describe('describesRequests', () => {
  it('is true in a marked context until its span ends', () => {
    const { tracer, recorder } = createTracing();
    const marked = tracer.trace('query', () => {
      const context = withDescribedRequests(contextStorage.active());
      expect(describesRequests(contextStorage.active())).toBe(false);
      expect(describesRequests(context)).toBe(true);
      return context;
    });
    expect(describesRequests(marked)).toBe(false);
    recorder.takeSpans();
  });

  it('is false for a span below the marked one', () => {
    const { tracer, recorder } = createTracing();
    tracer.trace('query', () => {
      contextStorage.run(withDescribedRequests(contextStorage.active()), () => {
        tracer.trace('hook', () => expect(describesRequests(contextStorage.active())).toBe(false));
      });
    });
    recorder.takeSpans();
  });
});
