import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { context, ROOT_CONTEXT, type Span, TraceFlags, trace } from '@opentelemetry/api';
import { Observable, of, throwError } from 'rxjs';
import { toLinks } from '../../../lib/decorators/call-links.js';
import { Traced } from '../../../lib/decorators/index.js';
import { hasCallRules } from '../../../lib/decorators/traced-call.js';
import { CurrentSpan } from '../../../lib/nest/decorators/index.js';
import { createTestTracing, type TestTracing, traceAsText } from '../../../lib/testing/index.js';

const TRACE_ID = 'a'.repeat(32);
const SPAN_ID = 'b'.repeat(16);
const SPAN_CONTEXT = { traceId: TRACE_ID, spanId: SPAN_ID, traceFlags: TraceFlags.SAMPLED };
const TRACEPARENT = `00-${TRACE_ID}-${SPAN_ID}-01`;

class NotFound extends Error {
  override readonly name = 'NotFound';
}
const isFailure = (error: unknown): boolean => !(error instanceof NotFound);

class Probe {
  readonly topic = 'orders';

  @Traced({
    name(this: Probe, kind: string) {
      return `${this.topic} ${kind}`;
    },
  })
  named(_kind: string): void {}

  @Traced({ links: (message: { headers: Record<string, unknown> }) => message.headers, root: true })
  handle(_message: { headers: Record<string, unknown> }): void {}

  @Traced({ when: (id: string) => id !== 'ping' })
  filtered(_id: string, @CurrentSpan() span?: Span): Span | undefined {
    return span;
  }

  @Traced({ isError: isFailure })
  fail(error: unknown): never {
    throw error;
  }

  @Traced({ isError: isFailure })
  give<T>(result: T): T {
    return result;
  }

  @Traced({
    name: () => {
      throw new Error('no name');
    },
    links: () => {
      throw new Error('no links');
    },
    when: () => {
      throw new Error('no condition');
    },
    isError: () => {
      throw new Error('no rule');
    },
  })
  careless(error?: Error): string {
    if (error) throw error;
    return 'done';
  }

  // biome-ignore lint/suspicious/noExplicitAny: what a user can return by mistake
  @Traced({ name: (() => 7) as any })
  wrongName(): void {}

  @Traced({ callback: true, resultAttributes: (value: string) => ({ value }), isError: isFailure })
  load(id: string, done?: (error: unknown, value?: string) => unknown): string {
    if (id === 'throws') throw new Error('thrown');
    if (id === 'fails') done?.(new Error('failed'));
    else if (id === 'not found') done?.(new NotFound('none'));
    else setImmediate(() => done?.(null, `value of ${id}`));
    return id;
  }
}

describe('options of Traced that are decided for each call', () => {
  let tracing: TestTracing;
  const probe = new Probe();

  beforeEach(() => {
    tracing = createTestTracing();
  });

  afterEach(() => {
    tracing.close();
    tracing.recorder.verify();
  });

  const recorded = () => traceAsText(tracing.recorder.takeSpans(), { events: true });

  it('name the span by its arguments and `this`', () => {
    probe.named('placed');
    expect(recorded()).toBe('orders placed code.function.name=Probe.named');
  });

  it('link the span of a new trace to the context in a carrier', () => {
    tracing.tracer.trace('poll', () => probe.handle({ headers: { traceparent: TRACEPARENT } }));
    const handled = tracing.recorder.takeSpans().find(({ name }) => name === 'Probe.handle');
    expect(handled?.parentSpanContext).toBeUndefined();
    expect(handled?.links).toMatchObject([{ context: { traceId: TRACE_ID, spanId: SPAN_ID } }]);
  });

  it('exclude calls, which get the active span', () => {
    tracing.tracer.trace('outer', (outer) => {
      expect(probe.filtered('ping')).toBe(outer);
      expect(probe.filtered('A')).not.toBe(outer);
    });
    expect(recorded()).toBe('outer\n  Probe.filtered');
  });

  it.each<[string, () => unknown]>([
    ['thrown', () => probe.fail(new NotFound('none'))],
    ['rejected', () => probe.give(Promise.reject(new NotFound('none')))],
    [
      'emitted',
      () =>
        new Promise((_resolve, reject) => {
          probe.give(throwError(() => new NotFound('none'))).subscribe({ error: reject });
        }),
    ],
    [
      'thrown by an iterator',
      () => [
        ...probe.give(
          (function* (): Generator<number> {
            yield 1;
            throw new NotFound('none');
          })(),
        ),
      ],
    ],
  ])('do not record an error that is no failure: %s', async (_, call) => {
    await expect((async () => await call())()).rejects.toThrow(NotFound);
    const text = recorded();
    expect(text).toMatch(/^Probe\.(fail|give)$/);
  });

  it('hold for each subscription', () => {
    let isFirst = true;
    const source = probe.give(
      new Observable((subscriber) => {
        subscriber.error(isFirst ? new NotFound('none') : new Error('failed'));
        isFirst = false;
      }),
    );
    for (let turn = 0; turn < 2; turn++) source.subscribe({ error: () => {} });
    const statuses = tracing.recorder.takeSpans().map(({ status }) => status.code);
    expect(statuses).toEqual([0, 2]);
    expect(of(1)).toBeDefined();
  });

  it('record other errors', () => {
    expect(() => probe.fail(new TypeError('wrong'))).toThrow('wrong');
    expect(tracing.recorder.takeSpan()).toMatchObject({
      status: { code: 2, message: 'wrong' },
      attributes: { 'error.type': 'TypeError' },
    });
  });

  it('are reported once when they throw, and have no effect', () => {
    expect(probe.careless()).toBe('done');
    expect(probe.careless()).toBe('done');
    expect(() => probe.careless(new Error('failed'))).toThrow('failed');
    probe.wrongName();
    const spans = tracing.recorder.takeSpans();
    expect(spans.map(({ name, status }) => [name, status.code])).toEqual([
      ['Probe.careless', 0],
      ['Probe.careless', 0],
      ['Probe.careless', 2],
      ['Probe.wrongName', 0],
    ]);
    const start = 'The option';
    const end = 'of @Traced() on Probe.careless threw;';
    expect(tracing.warnings).toEqual([
      `${start} when ${end} the call gets a span: Error: no condition`,
      `${start} name ${end} the span is named after the method: Error: no name`,
      `${start} links ${end} the span has no links: Error: no links`,
      `${start} isError ${end} the error counts as a failure: Error: no rule`,
      `${start} name of @Traced() on Probe.wrongName threw; the span is named after the method: TypeError: It must return a non-empty string, but returned number`,
    ]);
  });

  it('end the span with the callback, which runs in the context of the caller', async () => {
    await new Promise<void>((resolve) => {
      tracing.tracer.trace('outer', (outer) => {
        const done = function named(error: unknown, value?: string): void {
          expect([error, value, trace.getSpan(context.active()) ?? outer]).toEqual([
            null,
            'value of A',
            outer,
          ]);
          resolve();
        };
        expect(probe.load('A', done)).toBe('A');
        expect(tracing.recorder.openSpans).toHaveLength(2);
      });
    });
    expect(recorded()).toBe('outer\n  Probe.load value="value of A"');
  });

  it.each([
    ['fails', 'failed', 2],
    ['not found', '', 0],
  ])('record the error of a callback: %s', (id, message, code) => {
    const errors: unknown[] = [];
    probe.load(id, (error) => errors.push(error));
    expect(errors).toHaveLength(1);
    const { status } = tracing.recorder.takeSpan();
    expect([status.code, status.message ?? '']).toEqual([code, message]);
  });

  it('end the span without a callback as usual, and when the method throws', () => {
    probe.load('A');
    expect(() => probe.load('throws', () => {})).toThrow('thrown');
    expect(tracing.recorder.takeSpans().map(({ status }) => status.code)).toEqual([0, 2]);
  });
});

describe('hasCallRules', () => {
  it('is false for options that are fixed', () => {
    expect(hasCallRules({ name: 'a', callback: false, attributes: () => ({}) })).toBe(false);
    expect(hasCallRules({ when: () => true })).toBe(true);
  });
});

describe('toLinks', () => {
  const inContext = trace.setSpanContext(ROOT_CONTEXT, SPAN_CONTEXT);

  it.each<[string, Parameters<typeof toLinks>[1], number]>([
    ['a span context', SPAN_CONTEXT, 1],
    ['a link', { context: SPAN_CONTEXT, attributes: { a: 1 } }, 1],
    ['a context', inContext, 1],
    ['a carrier', { TraceParent: Buffer.from(TRACEPARENT) }, 1],
    ['several', [SPAN_CONTEXT, undefined, inContext, {}], 2],
    ['nothing', undefined, 0],
    ['an invalid span context', { ...SPAN_CONTEXT, spanId: 'x' }, 0],
    ['an empty carrier', {}, 0],
    ['a context without a span', ROOT_CONTEXT, 0],
  ])('takes %s', (_, source, count) => {
    const { tracer, close } = createTestTracing();
    const links = toLinks(tracer, source);
    close();
    expect(links).toHaveLength(count);
    for (const { context: target } of links) {
      expect(target).toMatchObject({ traceId: TRACE_ID, spanId: SPAN_ID });
    }
  });
});
