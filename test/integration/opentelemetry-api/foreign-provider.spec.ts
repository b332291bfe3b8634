import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Test, type TestingModule } from '@nestjs/testing';
import { type ContextManager, context, propagation, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { suppressTracing } from '@opentelemetry/core';
import { B3Propagator } from '@opentelemetry/propagator-b3';
import {
  AlwaysOffSampler,
  InMemorySpanExporter,
  type NodeTracerConfig,
  NodeTracerProvider,
  type ReadableSpan,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-node';
import {
  createTracing,
  getBaggage,
  SAMPLER,
  SPAN_EXPORTER,
  SPAN_PROCESSORS,
  TRACING_OPTIONS,
  Traced,
  Tracer,
  Tracing,
  TracingModule,
  type TracingOptions,
  tracedFetch,
  withBaggage,
} from 'nestjs-traced';
import { SpanRecorder, testTracingOptions, traceAsText } from 'nestjs-traced/testing';
import { of, switchMap } from 'rxjs';
import { sdk2, sdk3 } from '../../support/opentelemetry-versions.js';

let exporter: InMemorySpanExporter;
const warnings: string[] = [];
const logger = { warn: (message: string) => warnings.push(message) };
let provider: NodeTracerProvider;
let tracing: Tracing;

/** Starts OpenTelemetry's SDK as `NodeSDK` does, and an application that uses it. */
function start(
  config: NodeTracerConfig = {},
  registration: Parameters<NodeTracerProvider['register']>[0] = {},
): void {
  provider = new NodeTracerProvider({
    spanProcessors: [new SimpleSpanProcessor(exporter)],
    ...config,
  });
  provider.register(registration);
  tracing = createTracing({ tracerProvider: trace.getTracerProvider(), logger });
}

beforeEach(() => {
  warnings.length = 0;
  exporter = new InMemorySpanExporter();
});

afterEach(async () => {
  await tracing.shutdown();
  await provider?.shutdown();
  for (const api of [trace, context, propagation]) api.disable();
});

function taken(spans: readonly unknown[]): string {
  return traceAsText(spans as Parameters<typeof traceAsText>[0], { attributes: false });
}

function takeTrace(): string {
  const text = taken(exporter.getFinishedSpans());
  exporter.reset();
  return text;
}

function spanNamed(name: string): ReadableSpan {
  const span = exporter.getFinishedSpans().find((candidate) => candidate.name === name);
  if (span === undefined) throw new Error(`There is no span ${name}`);
  return span;
}

/** A library that knows nothing but the API. */
const library = {
  work<T>(name: string, fn: () => T): T {
    return trace.getTracer('library').startActiveSpan(name, (span) => {
      try {
        return fn();
      } finally {
        span.end();
      }
    });
  },
  async asyncWork<T>(name: string, fn: () => Promise<T>): Promise<T> {
    return trace.getTracer('library').startActiveSpan(name, async (span) => {
      await new Promise((resolve) => setImmediate(resolve));
      const result = await fn();
      span.end();
      return result;
    });
  },
};

class Shop {
  @Traced()
  order(): Promise<string> {
    return library.asyncWork('query', () => this.price());
  }

  @Traced()
  async price(): Promise<string> {
    await new Promise((resolve) => setTimeout(resolve, 1));
    return library.work('cache', () => this.round());
  }

  @Traced()
  round(): string {
    library.work('log', () => undefined);
    return 'rounded';
  }

  @Traced()
  *items(): Generator<string> {
    yield library.work('first', () => 'a');
    yield library.work('second', () => 'b');
  }

  @Traced()
  prices() {
    return of(1).pipe(switchMap(() => library.asyncWork('lookup', async () => 2)));
  }
}

const ORDER = [
  'Shop.order',
  '  query',
  '    Shop.price',
  '      cache',
  '        Shop.round',
  '          log',
].join('\n');

class ManagerWithoutAttach extends AsyncLocalStorageContextManager {
  override attach = undefined as never;
}

/** Has no way but `with`. */
function managerWithWithOnly(): ContextManager {
  const manager = new AsyncLocalStorageContextManager();
  return {
    active: () => manager.active(),
    with: (...args) => manager.with(...args),
    bind: (...args) => manager.bind(...args),
    enable: () => manager.enable() && managerWithWithOnly(),
    disable: () => manager.disable() && managerWithWithOnly(),
  };
}

describe('with the provider of another SDK', () => {
  describe.each<[string, () => ContextManager]>([
    ['its context manager', () => new AsyncLocalStorageContextManager()],
    ['a context manager of an earlier SDK', () => new ManagerWithoutAttach()],
  ])('and %s', (_, createManager) => {
    beforeEach(() => start({}, { contextManager: createManager().enable() }));

    it('spans of libraries are children of ours, and ours of theirs', async () => {
      await new Shop().order();
      expect(takeTrace()).toBe(ORDER);
      expect(warnings).toEqual([]);
    });

    it('spans stay active in generators and Observables', async () => {
      expect([...new Shop().items()]).toEqual(['a', 'b']);
      expect(takeTrace()).toBe('Shop.items\n  first\n  second');
      await new Promise((resolve) => new Shop().prices().subscribe({ complete: () => resolve(0) }));
      expect(takeTrace()).toBe('Shop.prices\n  lookup');
    });

    it('one hundred traces at the same time do not mix', async () => {
      const shop = new Shop();
      await Promise.all(Array.from({ length: 100 }, () => shop.order()));
      const spans = exporter.getFinishedSpans();
      const traceIds = new Set(spans.map((span) => span.spanContext().traceId));
      expect([traceIds.size, spans.length]).toEqual([100, 600]);
      for (const traceId of traceIds) {
        const ofTrace = spans.filter((span) => span.spanContext().traceId === traceId);
        expect(traceAsText(ofTrace as never, { attributes: false })).toBe(ORDER);
      }
    });

    it('no span stays active after the work', () => {
      new Shop().round();
      expect(trace.getActiveSpan()).toBe(undefined);
      expect(tracing.tracer.activeSpan).toBe(undefined);
    });

    it('baggage of one is baggage of the other', () => {
      withBaggage({ tenant: 'acme' }, () => {
        expect(propagation.getActiveBaggage()?.getEntry('tenant')?.value).toBe('acme');
      });
      const baggage = propagation.createBaggage({ tenant: { value: 'acme' } });
      context.with(propagation.setBaggage(context.active(), baggage), () => {
        expect(getBaggage('tenant')).toBe('acme');
      });
    });
  });

  it.each([sdk2, sdk3].filter((version) => version !== undefined))(
    'the parts of a version work together: %#',
    async ({ createProvider, createContextManager, B3Propagator }) => {
      context.setGlobalContextManager(createContextManager());
      propagation.setGlobalPropagator(new B3Propagator());
      trace.setGlobalTracerProvider(createProvider(exporter));
      tracing = createTracing({ tracerProvider: trace.getTracerProvider(), logger });
      await new Shop().order();
      expect(takeTrace()).toBe(ORDER);
      const headers = await tracing.tracer.trace('work', () => sentHeaders());
      expect(headers.b3).toContain(spanNamed('GET').spanContext().spanId);
      expect(warnings).toEqual([]);
    },
  );

  it('a context manager that cannot enter a context is reported, and spans are recorded', async () => {
    start({}, { contextManager: managerWithWithOnly() });
    expect(warnings).toEqual([expect.stringMatching(/no method attach\(\).*2\.11/)]);
    tracing.tracer.trace('outer', () => tracing.tracer.trace('inner', () => undefined));
    expect(takeTrace()).toBe('outer\n  inner');
  });

  it('its sampler decides, and the decision is sent', async () => {
    start({ sampler: new AlwaysOffSampler() });
    const headers = await tracing.tracer.trace('work', (span) => {
      expect(span.isRecording()).toBe(false);
      return sentHeaders();
    });
    expect(headers.traceparent).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-00$/);
    expect(exporter.getFinishedSpans()).toEqual([]);
    expect(tracing.statistics.counts()).toMatchObject({
      started: 0,
      notSampled: 2,
      sampler: { description: 'the sampler of tracerProvider' },
    });
  });

  it('its propagator sends and reads the context', async () => {
    start({}, { propagator: new B3Propagator() });
    const headers = await tracing.tracer.trace('work', () => sentHeaders());
    const { traceId, spanId } = spanNamed('GET').spanContext();
    expect(headers.b3).toBe(`${traceId}-${spanId}-1`);
    expect(headers.traceparent).toBe(undefined);
  });

  it('its resource is that of the spans, and the scope is ours', () => {
    start();
    tracing.tracer.trace('work', () => undefined);
    const span = spanNamed('work');
    expect(span.resource).toBe((provider as unknown as { _resource: unknown })._resource);
    expect(span.instrumentationScope).toMatchObject({ name: 'nestjs-traced' });
  });

  it('closing the application flushes the provider, and a second application uses it', async () => {
    start();
    let flushes = 0;
    const { forceFlush } = provider;
    provider.forceFlush = () => {
      flushes++;
      return forceFlush.call(provider);
    };
    await tracing.shutdown();
    expect(flushes).toBe(1);
    tracing = createTracing({ tracerProvider: trace.getTracerProvider(), logger });
    await new Shop().order();
    expect(takeTrace()).toBe(ORDER);
    expect(warnings).toEqual([]);
  });

  it('libraries keep their context manager after the application has closed', async () => {
    start();
    await tracing.shutdown();
    library.work('outer', () => library.work('inner', () => undefined));
    expect(takeTrace()).toBe('outer\n  inner');
    new Shop().round();
    expect(takeTrace()).toBe('log');
  });

  it.each([
    ['no context manager', undefined],
    ['a context manager', new AsyncLocalStorageContextManager()],
  ])('a provider that is not registered is registered beside %s', async (_, manager) => {
    if (manager !== undefined) context.setGlobalContextManager(manager);
    provider = new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
    tracing = createTracing({ tracerProvider: provider, logger });
    await new Shop().order();
    expect(takeTrace()).toBe(ORDER);
    const headers = await tracing.tracer.trace('work', () => sentHeaders());
    expect(headers.traceparent).toContain(spanNamed('work').spanContext().traceId);
    expect(warnings).toEqual([]);
  });

  it('an application beside it keeps its own pipeline', async () => {
    start();
    const recorder = new SpanRecorder();
    const other = createTracing({ spanProcessors: [recorder], logger });
    const work = async (own: Tracing, name: string) =>
      own.tracer.trace(name, async () => {
        await new Promise((resolve) => setImmediate(resolve));
        new Shop().round();
      });
    await Promise.all([work(tracing, 'theirs'), work(other, 'ours')]);
    // A library takes its tracer from the registered SDK, whichever application calls it.
    expect(taken(recorder.takeSpans())).toBe('ours\n  Shop.round');
    const spans = exporter.getFinishedSpans();
    const [round] = spans.filter(({ name }) => name === 'Shop.round');
    expect(spans.map(({ name }) => name).sort()).toEqual(['Shop.round', 'log', 'log', 'theirs']);
    expect(round?.parentSpanContext?.spanId).toBe(spanNamed('theirs').spanContext().spanId);
    await other.shutdown();
    recorder.verify();
  });

  it('an application that was first with a pipeline of its own refuses the provider of the API', async () => {
    provider = new NodeTracerProvider();
    tracing = createTracing({ spanProcessors: [], logger });
    expect(() => createTracing({ tracerProvider: trace.getTracerProvider() })).toThrow(
      /^tracerProvider must be a provider of another SDK.*Start the other SDK before/,
    );
  });

  it('work that the other SDK suppresses has no spans', () => {
    start();
    const suppressed = suppressTracing(context.active());
    context.with(suppressed, () => new Shop().round());
    expect(takeTrace()).toBe('');
  });

  it('another registered provider is reported', () => {
    start();
    const other = new NodeTracerProvider();
    const second = createTracing({ tracerProvider: other, logger, registerGlobally: false });
    expect(warnings).toEqual([]);
    void second.shutdown();
    void tracing.shutdown();
    tracing = createTracing({ tracerProvider: other, logger });
    expect(warnings).toEqual([
      expect.stringMatching(/^A tracer provider other than the option tracerProvider/),
    ]);
  });

  it('the provider of the API without an SDK behind it is reported, and serves an SDK that starts later', () => {
    tracing = createTracing({ tracerProvider: trace.getTracerProvider(), logger });
    expect(warnings).toEqual([expect.stringMatching(/no SDK is registered behind it/)]);
    new Shop().round();
    provider = new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
    trace.setGlobalTracerProvider(provider);
    new Shop().round();
    expect(takeTrace()).toBe('Shop.round\n  log');
  });
});

describe('TracingModule with the provider of another SDK', () => {
  const tracerProvider = new NodeTracerProvider();

  async function compile(
    options: TracingOptions,
    override?: { token: symbol; value: unknown },
  ): Promise<TestingModule> {
    const builder = Test.createTestingModule({
      imports: [TracingModule.forRoot({ registerGlobally: false, logger, ...options })],
    });
    if (override !== undefined) builder.overrideProvider(override.token).useValue(override.value);
    return builder.compile();
  }

  it('provides a tracer, and no parts of a pipeline', async () => {
    const module = await compile({ tracerProvider });
    tracing = module.get(Tracing);
    expect(module.get(Tracer).startSpan('work').isRecording()).toBe(true);
    expect(module.get(SPAN_EXPORTER)).toBe(undefined);
    expect(module.get(SPAN_PROCESSORS)).toEqual([]);
    expect(String(module.get(SAMPLER))).toBe('the sampler of tracerProvider');
    await module.close();
  });

  it('refuses an option for a pipeline, and says what to do', async () => {
    const options = { tracerProvider, exporter: new InMemorySpanExporter() };
    await expect(compile(options)).rejects.toThrow(
      /^exporter must not be set beside tracerProvider.*new NodeSDK\(\{ traceExporter \}\)/,
    );
  });

  it.each([
    [SPAN_EXPORTER, new InMemorySpanExporter()],
    [SPAN_PROCESSORS, [new SpanRecorder()]],
  ])('refuses the override of %p', async (token, value) => {
    await expect(compile({ tracerProvider }, { token, value })).rejects.toThrow(
      /^SPAN_EXPORTER, SPAN_PROCESSORS or LOG_RECORD_EXPORTER must not be overridden beside tracerProvider/,
    );
  });

  it('can be replaced by a recorder in tests', async () => {
    const { options, recorder } = testTracingOptions();
    const module = await compile({ tracerProvider }, { token: TRACING_OPTIONS, value: options });
    tracing = module.get(Tracing);
    module.get(Tracer).trace('work', () => undefined);
    expect(taken(recorder.takeSpans())).toBe('work');
    await module.close();
  });
});

/** The headers that `tracedFetch` sends. */
async function sentHeaders(): Promise<Record<string, string | undefined>> {
  let headers = {};
  const server: Server = createServer((request, response) => {
    headers = request.headers;
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await (await tracedFetch(`http://127.0.0.1:${port}/`)).text();
  await new Promise((resolve) => server.close(resolve));
  return headers;
}
