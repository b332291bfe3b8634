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
      PendingSpans.add(
        target,
        span,
        contextWith(span),
        undefined,
        (watch) => watches.push(watch) > 0,
      );
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
    const active = (): unknown => contextStorage.active().span;
    expect(watch?.call(active, undefined, [])).toBe(inner);
    watch?.end();
    expect(watch?.call(active, undefined, [])).toBeUndefined();
  });

  it('passes on what is thrown, with the context as it was', () => {
    const { tracer } = tracingWith();
    const [watch] = watchFor(tracer.startSpan('work'));
    const fail = (): never => {
      throw new Error('broken');
    };
    expect(() => watch?.call(fail, undefined, [])).toThrow('broken');
    expect(contextStorage.active().span).toBeUndefined();
  });

  it('ends with a reason where the work is broken off', () => {
    const { tracer, recorder } = tracingWith();
    const [watch] = watchFor(tracer.startSpan('work'));
    watch?.breakOff('closed early');
    watch?.breakOff('closed early');
    expect(traceAsText(recorder.takeSpans(), { events: true })).toBe('work (event "closed early")');
  });

  it('ends abandoned spans at the time of the last activity', () => {
    const { tracer, recorder, clock } = tracingWith();
    const [watch] = watchFor(tracer.startSpan('work'));
    clock.advance(20);
    watch?.touch();
    clock.advance(3_600_000);
    watch?.abandon();
    const { duration, events } = recorder.takeSpan();
    // The steady clock goes on with each reading.
    expect(duration[0] * 1e3 + duration[1] / 1e6).toBeLessThan(30);
    expect(events.map(({ name }) => name)).toEqual(['abandoned']);
  });

  it('hands its spans over once', () => {
    const { tracer, recorder } = tracingWith();
    const [watch] = watchFor(tracer.startSpan('work'));
    expect([watch?.take(), watch?.take()]).toEqual([true, false]);
    watch?.end();
    expect(recorder.openSpans).toHaveLength(1);
  });

  it('ends a span at once that cannot be told', () => {
    const { tracer, recorder } = tracingWith();
    const span = tracer.startSpan('work');
    PendingSpans.add({}, span, contextWith(span), undefined, () => false);
    expect(recorder.takeSpan()).toBe(span);
  });
});
