import { describe, expect, it } from '@jest/globals';
import { trace } from '@opentelemetry/api';
import { assignTracer, contextStorage } from '../../../lib/context/index.js';
import { SpanAttribute, Traced, withSpanAttributes } from '../../../lib/decorators/index.js';
import { CurrentSpan } from '../../../lib/nest/decorators/index.js';
import { AlwaysOffSampler, AlwaysOnSampler } from '../../../lib/sampling/index.js';
import { createTestTracing, traceAsText } from '../../../lib/testing/index.js';

class Probe {
  @Traced()
  argumentsOf(...args: unknown[]): unknown[] {
    return args;
  }

  @Traced({ root: true })
  argumentsOfRoot(...args: unknown[]): unknown[] {
    return args;
  }

  @Traced()
  self(this: unknown): unknown {
    return this;
  }
}

class Throwing {
  @Traced()
  outer(): void {
    this.root();
  }

  @Traced({ root: true })
  root(): void {
    this.withSpan();
  }

  @Traced()
  withSpan(@CurrentSpan() _span?: unknown): void {
    this.described(1);
  }

  @Traced({ attributes: () => ({ a: 1 }), resultAttributes: () => ({ b: 1 }) })
  described(@SpanAttribute('c') _c: number): void {
    this.inner();
  }

  @Traced()
  inner(): void {
    throw new Error('failed');
  }
}

const throwing = new Throwing();

function stackOf(fn: () => unknown): string {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 50;
  try {
    return String(fn());
  } catch (error) {
    return String((error as Error).stack);
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

describe('a traced method', () => {
  it.each([
    ['sampled', new AlwaysOnSampler(), 6],
    ['not sampled', new AlwaysOffSampler(), 0],
  ])('gets exactly the arguments of its caller in a trace that is %s', (_, sampler, spanCount) => {
    const { tracer, recorder, close } = createTestTracing({ sampler });
    const probe = new Probe();
    const check = (): void => {
      expect(probe.argumentsOf()).toEqual([]);
      expect(probe.argumentsOf(undefined, 1)).toEqual([undefined, 1]);
      expect(probe.argumentsOfRoot(1, 2, 3)).toEqual([1, 2, 3]);
    };
    check();
    contextStorage.run(contextStorage.active().withSpan(tracer.startSpan('outer')), check);
    close();
    expect(recorder.takeSpans()).toHaveLength(spanCount);
    recorder.reset();
  });

  it.each([
    ['undefined', undefined],
    ['a primitive', 'text'],
  ])('may be called with %s as its `this`', (_, self) => {
    const { tracer, recorder, close } = createTestTracing();
    const { self: method } = Probe.prototype;
    expect(method.call(self)).toBe(self);
    expect(tracer.trace('outer', () => method.call(self))).toBe(self);
    close();
    expect(traceAsText(recorder.takeSpans())).toBe('Probe.self\n\nouter\n  Probe.self');
  });

  it('carries the scope of this library below a span of another one', () => {
    const { provider, recorder, close } = createTestTracing();
    const library = provider.getTracer('a library', '7');
    library.trace('operation', () => new Probe().argumentsOf());
    close();
    const scopes = recorder.takeSpans().map((span) => [span.name, span.instrumentationScope.name]);
    expect(new Map(scopes as [string, string][])).toEqual(
      new Map([
        ['operation', 'a library'],
        ['Probe.argumentsOf', 'nestjs-traced'],
      ]),
    );
  });

  it.each([
    ['sampled', new AlwaysOnSampler()],
    ['not sampled', new AlwaysOffSampler()],
  ])('adds at most two frames to the stack of an error in a trace that is %s', (_, sampler) => {
    const { tracer, recorder, close } = createTestTracing({ sampler });
    for (const call of [() => throwing.outer(), () => tracer.trace('x', () => throwing.outer())]) {
      // Told apart by their files: source maps give a frame the name of the function that it calls.
      const files = stackOf(call).match(/[^/]+\.ts(?=:)/g) ?? [];
      const places = files.flatMap((file, place) =>
        file === 'traced-method.spec.ts' ? [place] : [],
      );
      const added = places.slice(1).map((place, index) => place - (places[index] as number) - 1);
      expect(places[0]).toBe(0);
      expect(added.filter((count) => count > 0).length).toBeGreaterThanOrEqual(5);
      expect(Math.max(...added)).toBeLessThanOrEqual(2);
    }
    close();
    recorder.reset();
  });

  it('is a child of a span that another library made active', () => {
    const { recorder, close } = createTestTracing();
    const foreign = trace.wrapSpanContext({
      traceId: 'a'.repeat(32),
      spanId: 'b'.repeat(16),
      traceFlags: 1,
    });
    contextStorage.run(contextStorage.active().withSpan(foreign), () => new Probe().argumentsOf());
    close();
    expect(recorder.takeSpan()).toMatchObject({
      name: 'Probe.argumentsOf',
      parentSpanContext: { spanId: 'b'.repeat(16) },
    });
  });

  it('belongs to the application of its instance where several are running', () => {
    const first = createTestTracing();
    const second = createTestTracing();
    const probe = new Probe();
    assignTracer(probe, first.tracer);
    probe.argumentsOf();
    first.close();
    second.close();
    expect(traceAsText(first.recorder.takeSpans())).toBe('Probe.argumentsOf');
    expect(second.recorder.takeSpans()).toEqual([]);
  });

  it('asks a sampler that does not follow its parent for every call', () => {
    let isSampled = false;
    const { tracer, recorder, close } = createTestTracing({
      sampler: {
        shouldSample: () => ({ decision: isSampled ? 2 : 0 }),
        toString: () => 'switch',
      },
    });
    tracer.trace('outer', () => {
      new Probe().argumentsOf();
      isSampled = true;
      new Probe().argumentsOf();
    });
    close();
    expect(recorder.takeSpans().map(({ name }) => name)).toEqual(['Probe.argumentsOf']);
  });
});

describe('withSpanAttributes', () => {
  @Traced({ attributes: { kind: 'mail' } })
  class Mails {
    send(address: string): string {
      return address;
    }

    @Traced({ name: 'reply', isError: () => false, attributes: (to: string) => ({ to }) })
    reply(to: string): void {
      throw new Error(to);
    }
  }
  const { send, reply } = Mails.prototype;

  it('adds attributes to the spans of the returned method, and not of the given one', () => {
    const { recorder, close } = createTestTracing();
    const further = { 'event.name': 'sent', kind: 'other' };
    const first = withSpanAttributes(send as never, { gone: 1 });
    const traced = withSpanAttributes(first as never, further);
    expect(traced?.call(new Mails(), 'a')).toBe('a');
    new Mails().send('b');
    const replied = withSpanAttributes(reply as never, further);
    expect(() => replied?.call(new Mails(), 'a')).toThrow('a');
    close();
    expect(traceAsText(recorder.takeSpans()).split('\n\n')).toEqual([
      'Mails.send event.name=sent kind=mail',
      'Mails.send kind=mail',
      'reply code.function.name=Mails.reply event.name=sent kind=other to=a',
    ]);
  });

  it('knows no method without @Traced, and none that another decorator has replaced', () => {
    expect(withSpanAttributes(() => {}, {})).toBeUndefined();
    expect(withSpanAttributes((...args) => Reflect.apply(send, new Mails(), args), {})).toBe(
      undefined,
    );
  });
});
