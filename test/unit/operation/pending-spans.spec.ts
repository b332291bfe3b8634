import { describe, expect, it } from '@jest/globals';
import { contextStorage, type LocalSpan } from '../../../lib/context/index.js';
import { PendingSpans } from '../../../lib/operation/pending-spans.js';
import { traceAsText } from '../../../lib/testing/index.js';
import { contextWith } from '../../support/parents.js';
import { tracingsOfTest } from '../../support/tracings-of-test.js';

const tracingWith = tracingsOfTest();

describe('PendingSpans', () => {
  /** Watches one object for several spans, and hands out what the object was given. */
  function watchFor(...spans: LocalSpan[]): PendingSpans[] {
    const target = {};
    const watches: PendingSpans[] = [];
    for (const span of spans) {
      PendingSpans.add(target, span, contextWith(span), (watch) => watches.push(watch) > 0);
    }
    return watches;
  }

  it('is one for an object, and ends all its spans once', () => {
    const { tracer, recorder, warnings } = tracingWith();
    const watches = watchFor(tracer.startSpan('inner'), tracer.startSpan('outer'));
    expect(watches).toHaveLength(1);
    watches[0]?.end();
    watches[0]?.end();
    expect(traceAsText(recorder.takeSpans())).toBe('inner\n\nouter');
    expect(warnings).toEqual([]);
  });

  it('fails all its spans', () => {
    const { tracer, recorder } = tracingWith();
    const [watch] = watchFor(tracer.startSpan('inner'), tracer.startSpan('outer'));
    watch?.fail(new Error('broken'));
    expect(recorder.takeSpans().map(({ status }) => status.message)).toEqual(['broken', 'broken']);
  });

  it('works with the innermost span active, and as it is when all have ended', () => {
    const { tracer } = tracingWith();
    const inner = tracer.startSpan('inner');
    const [watch] = watchFor(inner, tracer.startSpan('outer'));
    expect(watch?.run(() => contextStorage.active().span)).toBe(inner);
    watch?.end();
    expect(watch?.run(() => contextStorage.active().span)).toBeUndefined();
  });

  it('ends a span at once that cannot be told', () => {
    const { tracer, recorder } = tracingWith();
    const span = tracer.startSpan('work');
    PendingSpans.add({}, span, contextWith(span), () => false);
    expect(recorder.takeSpan()).toBe(span);
  });
});
