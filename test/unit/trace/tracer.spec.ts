import { describe, expect, it } from '@jest/globals';
import {
  type Attributes,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';
import { contextStorage, TracingContext } from '../../../lib/context/index.js';
import { AlwaysOffSampler } from '../../../lib/sampling/index.js';
import { traceAsText } from '../../../lib/testing/index.js';
import { RecordingSpan, type SpanProcessor } from '../../../lib/trace/index.js';
import { givenSampler } from '../../support/given-sampler.js';
import { contextWith, REMOTE, remoteParent } from '../../support/parents.js';
import { tracingsOfTest } from '../../support/tracings-of-test.js';

const tracingWith = tracingsOfTest();

describe('Tracer.startActiveSpan', () => {
  it('runs the function with the span active, and leaves the ending to it', () => {
    const { tracer, recorder } = tracingWith();
    const result = tracer.startActiveSpan('work', (span) => {
      expect(contextStorage.active().span).toBe(span);
      expect(tracer.activeSpan).toBe(span);
      return span;
    });
    expect(recorder.openSpans).toEqual([result]);
    expect(tracer.activeSpan).toBeUndefined();
    result.end();
  });

  it('takes options', () => {
    const { tracer } = tracingWith();
    tracer.startActiveSpan('work', { kind: SpanKind.SERVER, attributes: { a: 1 } }, (span) => {
      expect(span).toMatchObject({ kind: SpanKind.SERVER, attributes: { a: 1 } });
    });
  });

  it('takes a context, which is active inside', () => {
    const { tracer } = tracingWith();
    const key = Symbol.for('a key of another library');
    const parent = tracer.startSpan('parent');
    const context = trace.setSpan(ROOT_CONTEXT, parent).setValue(key, 'other');
    tracer.startActiveSpan('work', {}, context, (span) => {
      expect((span as RecordingSpan).parentSpanContext).toBe(parent.spanContext());
      expect(contextStorage.active().getValue(key)).toBe('other');
    });
  });

  it('passes on what the function throws, and records nothing of it', () => {
    const { tracer, recorder } = tracingWith();
    const failure = new Error('failed');
    expect(() =>
      tracer.startActiveSpan('work', () => {
        throw failure;
      }),
    ).toThrow(failure);
    expect(recorder.openSpans[0]?.status.code).toBe(SpanStatusCode.UNSET);
    expect(tracer.activeSpan).toBeUndefined();
  });

  it('needs no new context for a child of a span that is not sampled', () => {
    const { tracer } = tracingWith({ sampler: new AlwaysOffSampler() });
    tracer.startActiveSpan('parent', (parent) => {
      const outside = contextStorage.active();
      tracer.startActiveSpan('child', (child) => {
        expect(child).toBe(parent);
        expect(contextStorage.active()).toBe(outside);
      });
    });
  });

  it('makes a given context active, also where its span is the active one', () => {
    const { tracer } = tracingWith({ sampler: new AlwaysOffSampler() });
    const key = Symbol.for('a key of another library');
    tracer.startActiveSpan('parent', () => {
      const given = contextStorage.active().setValue(key, 'given');
      tracer.startActiveSpan('child', {}, given, () => {
        expect(contextStorage.active().getValue(key)).toBe('given');
      });
    });
  });
});

describe('Tracer.trace', () => {
  it('runs the function with the span active, and ends it', () => {
    const { tracer, recorder } = tracingWith();
    const result = tracer.trace('work', (span) => {
      expect(tracer.activeSpan).toBe(span);
      return 'result';
    });
    expect(result).toBe('result');
    expect(recorder.takeSpan()).toMatchObject({ name: 'work', ended: true });
    expect(tracer.activeSpan).toBeUndefined();
  });

  it('takes options', () => {
    const { tracer, recorder } = tracingWith();
    tracer.trace('work', { kind: SpanKind.CLIENT, attributes: { a: 1 } }, () => {});
    expect(recorder.takeSpan()).toMatchObject({ kind: SpanKind.CLIENT, attributes: { a: 1 } });
  });

  it('nests, also over awaits, and keeps what runs at the same time apart', async () => {
    const { tracer, recorder } = tracingWith();
    const order = (name: string) =>
      tracer.trace(name, async () => {
        await Promise.resolve();
        await tracer.trace(`${name} stock`, async () => {});
        return name;
      });
    expect(await Promise.all([order('a'), order('b')])).toEqual(['a', 'b']);
    expect(traceAsText(recorder.takeSpans())).toBe('a\n  a stock\n\nb\n  b stock');
  });

  it('records a failure and passes it on', async () => {
    const { tracer, recorder } = tracingWith();
    const failure = new RangeError('too many');
    expect(() =>
      tracer.trace('work', () => {
        throw failure;
      }),
    ).toThrow(failure);
    await expect(tracer.trace('work', () => Promise.reject(failure))).rejects.toBe(failure);
    expect(traceAsText(recorder.takeSpans())).toBe(
      [1, 2]
        .map(() => 'work error.type=RangeError ERROR "too many" exception RangeError')
        .join('\n\n'),
    );
  });

  it('keeps the other values of the context', () => {
    const { tracer } = tracingWith();
    const key = Symbol.for('a key of another library');
    contextStorage.run(TracingContext.ROOT.setValue(key, 'other'), () => {
      tracer.trace('work', () => expect(contextStorage.active().getValue(key)).toBe('other'));
    });
  });

  describe('in a trace that is not sampled', () => {
    it('carries the "no" in the context, and makes no further one', () => {
      const { tracer } = tracingWith({ sampler: new AlwaysOffSampler() });
      tracer.trace('work', (span) => {
        const context = contextStorage.active();
        expect(context.span).toBe(span);
        tracer.trace('child', (child) => {
          expect(child).toBe(span);
          expect(contextStorage.active()).toBe(context);
        });
      });
      expect(tracer.activeSpan).toBeUndefined();
    });

    it('hands on the very result', () => {
      const { tracer } = tracingWith({ sampler: new AlwaysOffSampler() });
      const promise = Promise.resolve();
      expect(tracer.trace('work', () => promise)).toBe(promise);
    });

    it('hides the parent from spans that are asked for one by one', () => {
      let decision: 0 | 2 = 2;
      const { tracer } = tracingWith({ sampler: givenSampler(() => ({ decision }), false) });
      tracer.trace('work', (span) => {
        decision = 0;
        tracer.trace('child', (child) => {
          expect(child).not.toBe(span);
          expect(tracer.activeSpan).toBe(child);
        });
        expect(tracer.activeSpan).toBe(span);
      });
    });
  });

  it('leaves the context as it is where tracing is suppressed', () => {
    const { tracer, recorder } = tracingWith();
    const context = TracingContext.ROOT.withSuppressed(true);
    contextStorage.run(context, () => {
      tracer.trace('work', (span) => {
        expect(span.isRecording()).toBe(false);
        expect(contextStorage.active()).toBe(context);
      });
    });
    expect(recorder.openSpans).toEqual([]);
  });
});

describe('Tracer.activeSpan', () => {
  it('is a span of whoever made it active', () => {
    const { tracer } = tracingWith();
    const foreign = trace.wrapSpanContext(REMOTE);
    contextStorage.run(TracingContext.ROOT.withSpan(foreign), () => {
      expect(tracer.activeSpan).toBe(foreign);
    });
  });
});

describe('the span processor of a tracer', () => {
  it('hears of a span with its attributes, and of the context of its parent', () => {
    const started: [string, Attributes, Span | undefined][] = [];
    const processor: SpanProcessor = {
      onStart: (span, context) =>
        started.push([span.name, span.attributes, trace.getSpan(context)]),
      onEnd() {},
      forceFlush: () => Promise.resolve(),
      shutdown: () => Promise.resolve(),
    };
    const { tracer } = tracingWith({ spanProcessors: [processor] });
    const parent = tracer.startSpan('parent', { attributes: { a: 1 } });
    tracer.startSpan('child', {}, contextWith(parent));
    tracer.startSpan('other', { root: true }, contextWith(parent));
    tracer.startSpan('lost', {}, remoteParent({ traceId: 'none' }));
    expect(started).toEqual([
      ['parent', { a: 1 }, undefined],
      ['child', {}, parent],
      ['other', {}, undefined],
      ['lost', {}, undefined],
    ]);
  });

  it('that throws is reported, and the span goes on', () => {
    const failing = (): never => {
      throw new Error('out of order');
    };
    const { tracer, warnings, recorder } = tracingWith({
      spanProcessors: [
        {
          onStart: failing,
          onEnd: failing,
          forceFlush: () => Promise.resolve(),
          shutdown: () => Promise.resolve(),
        },
      ],
    });
    expect(tracer.trace('work', () => 7)).toBe(7);
    expect(recorder.takeSpan().name).toBe('work');
    expect(warnings).toEqual(['A span processor threw: Error: out of order']);
  });
});

describe('Tracer.currentTime', () => {
  it('is the time of the clock, for a span that starts later', () => {
    const { tracer, recorder } = tracingWith();
    const first = tracer.startSpan('first');
    const startTime = tracer.currentTime();
    const last = tracer.startSpan('last');
    tracer.startSpan('between', { startTime }).end();
    first.end();
    last.end();
    const spans = [...recorder.takeSpans()].sort(
      (a, b) => a.startTime[0] - b.startTime[0] || a.startTime[1] - b.startTime[1],
    );
    expect(spans.map(({ name }) => name)).toEqual(['first', 'between', 'last']);
  });
});
