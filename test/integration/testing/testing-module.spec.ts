import { afterEach, describe, expect, it } from '@jest/globals';
import { type DynamicModule, Inject, Injectable, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Test, type TestingModule } from '@nestjs/testing';
import { SpanKind } from '@opentelemetry/api';
import {
  AlwaysOffSampler,
  CLOCK,
  InMemoryLogExporter,
  InMemorySpanExporter,
  SPAN_EXPORTER,
  SystemClock,
  TRACING_OPTIONS,
  Traced,
  Tracer,
  Tracing,
  TracingConfigError,
  TracingModule,
  type TracingOptions,
  type TracingOptionsFactory,
} from 'nestjs-traced';
import {
  SpanRecorder,
  SteadyClock,
  TracingTestingModule,
  TracingWarnings,
} from 'nestjs-traced/testing';
import '../../support/trace-matchers.js';

const opened: { close(): Promise<void> }[] = [];

afterEach(async () => {
  for (const module of opened.splice(0)) await module.close();
});

async function compile(...imports: (DynamicModule | (new () => object))[]): Promise<TestingModule> {
  const module = await Test.createTestingModule({ imports, providers: [OrdersService] }).compile();
  opened.push(module);
  return module;
}

@Injectable()
class OrdersService {
  constructor(@Inject(Tracer) readonly tracer: Tracer) {}

  @Traced()
  async place(): Promise<void> {
    await this.tracer.trace('reserve stock', async () => undefined);
  }
}

const TRACE = `
  OrdersService.place
    reserve stock
`;

const production: TracingOptions = {
  serviceName: 'orders',
  exporter: new InMemorySpanExporter(),
  sampler: new AlwaysOffSampler(),
  enabled: false,
};

describe('TracingTestingModule.forRoot', () => {
  it('traces a service without a module of an application', async () => {
    const module = await compile(TracingTestingModule.forRoot());
    await module.get(OrdersService).place();
    expect(module.get(SpanRecorder)).toMatchTrace(TRACE);
    expect(module.get(Tracing).resource.attributes).toMatchObject({ 'service.name': 'test' });
    module.get(SpanRecorder).verify();
  });

  it('gives the clock and the warnings', async () => {
    const module = await compile(TracingTestingModule.forRoot());
    const span = module.get(Tracer).startSpan('wait');
    module.get(SteadyClock).advance(250);
    span.end();
    expect(module.get(SpanRecorder).takeSpan().duration).toEqual([0, 251_000_000]);
    expect(module.get(TracingWarnings).messages).toEqual([]);
    module.get(Tracing).diagnostics.say('Something is odd.');
    expect(module.get(TracingWarnings).messages).toEqual(['Something is odd.']);
  });

  it('gives the log records', async () => {
    const module = await compile(
      TracingModule.forRoot({ exceptionSignal: 'logs' }),
      TracingTestingModule.forApplication(),
    );
    module.get(Tracer).trace('work', (span) => span.recordException(new Error('failed')));
    await module.get(Tracing).forceFlush();
    const records = module.get(InMemoryLogExporter).getFinishedLogRecords();
    expect(records.map(({ attributes }) => attributes['exception.message'])).toEqual(['failed']);
    expect(module.get(SpanRecorder)).toMatchTrace('work');
  });

  it('takes options of the test', async () => {
    const clock = new SystemClock();
    const exporter = new InMemorySpanExporter();
    const recorder = new SpanRecorder();
    const options = { clock, exporter, recorder, serviceName: 'orders', logger: console };
    const module = await compile(TracingTestingModule.forRoot(options));
    expect(module.get(CLOCK)).toBe(clock);
    expect(module.get(SPAN_EXPORTER)).toBe(exporter);
    expect(module.get(SpanRecorder)).toBe(recorder);
    await module.get(OrdersService).place();
    expect(recorder).toMatchTrace(TRACE);
    expect(exporter.getFinishedSpans()).toHaveLength(2);
  });

  it('refuses a recorder that is none, and invalid options', async () => {
    const options = { recorder: {} as SpanRecorder };
    expect(() => TracingTestingModule.forRoot(options)).toThrow(TracingConfigError);
    expect(() => TracingTestingModule.forApplication(options)).toThrow(
      'TracingTestingModule.recorder must be a SpanRecorder, but it is {}.',
    );
    const invalid = { spanLimits: { attributeCountLimit: -1 } };
    await expect(compile(TracingTestingModule.forRoot(invalid))).rejects.toThrow(
      'spanLimits.attributeCountLimit',
    );
    const noArray = { spanProcessors: new SpanRecorder() as never };
    await expect(compile(TracingTestingModule.forRoot(noArray))).rejects.toThrow(
      'spanProcessors must be an array',
    );
  });
});

describe('TracingTestingModule.forApplication', () => {
  class Settings implements TracingOptionsFactory {
    createTracingOptions = () => production;
  }
  @Module({ providers: [Settings], exports: [Settings] })
  class SettingsModule {}

  const ways: [string, () => DynamicModule][] = [
    ['forRoot', () => TracingModule.forRoot(production)],
    ['forRoot without isGlobal', () => TracingModule.forRoot({ ...production, isGlobal: false })],
    [
      'useFactory',
      () =>
        TracingModule.forRootAsync({
          imports: [SettingsModule],
          inject: [Settings],
          useFactory: async (settings: Settings) => settings.createTracingOptions(),
        }),
    ],
    ['useClass', () => TracingModule.forRootAsync({ useClass: Settings })],
    [
      'useExisting',
      () => TracingModule.forRootAsync({ imports: [SettingsModule], useExisting: Settings }),
    ],
  ];

  it.each(ways)('records the spans of an application with %s', async (_, createTracing) => {
    @Module({ imports: [createTracing()], providers: [OrdersService] })
    class AppModule {}
    for (const order of ['before', 'behind']) {
      const imports = [AppModule, TracingTestingModule.forApplication()];
      const module = await Test.createTestingModule({
        imports: order === 'before' ? imports : imports.reverse(),
      }).compile();
      await module.get(OrdersService).place();
      expect(module.get(SpanRecorder)).toMatchTrace(TRACE);
      expect(module.get(SPAN_EXPORTER)).toBeUndefined();
      expect(module.get(Tracing).resource.attributes).toMatchObject({ 'service.name': 'orders' });
      await module.close();
      module.get(SpanRecorder).verify();
    }
  });

  it('leaves an application alone that does not import it', async () => {
    const module = await compile(TracingModule.forRoot(production));
    expect(module.get(TRACING_OPTIONS)).toEqual(production);
  });

  it('works in an application of NestFactory, and is injected', async () => {
    @Injectable()
    class Watcher {
      constructor(@Inject(SpanRecorder) readonly recorder: SpanRecorder) {}
    }
    @Module({
      imports: [TracingModule.forRoot(production), TracingTestingModule.forApplication()],
      providers: [OrdersService, Watcher],
    })
    class AppModule {}
    const app = await NestFactory.createApplicationContext(AppModule, { logger: false });
    opened.push(app);
    await app.get(OrdersService).place();
    expect(app.get(Watcher).recorder).toHaveSpan({ name: 'reserve stock', within: /place$/ });
  });

  it('merges the options of http, and replaces the others', async () => {
    const server = { exposeTraceId: 'x-trace-id' };
    const given = { http: { client: false, server }, redaction: false } as const;
    const changes = { http: { server: { ignore: [] } }, serviceName: 'changed' };
    const module = await compile(
      TracingModule.forRoot(given),
      TracingTestingModule.forApplication(changes),
    );
    expect(module.get(TRACING_OPTIONS)).toMatchObject({
      http: { client: false, server: { exposeTraceId: 'x-trace-id', ignore: [] } },
      redaction: false,
      serviceName: 'changed',
      registerGlobally: false,
    });
  });

  it('records the trace of several applications in one recorder', async () => {
    const recorder = new SpanRecorder();
    const createService = () =>
      compile(TracingModule.forRoot(production), TracingTestingModule.forApplication({ recorder }));
    const [shop, stock] = await Promise.all([createService(), createService()]);
    expect(shop?.get(SteadyClock)).toBe(stock?.get(SteadyClock));
    const inShop = shop?.get(Tracer) as Tracer;
    const inStock = stock?.get(Tracer) as Tracer;
    const send = (name: string) =>
      inShop.trace(`send ${name}`, { kind: SpanKind.PRODUCER }, () =>
        setImmediate(() => inStock.trace(`process ${name}`, async () => setImmediate(() => {}))),
      );
    inShop.trace('place order', () => {
      send('reservation');
      send('invoice');
    });
    // No span is open now, and the other service has not begun.
    expect(recorder).toHaveEnded();
    await recorder.waitForTrace({ spanNames: ['process reservation', 'process invoice'] });
    expect(recorder).toMatchTrace(`
      place order
        send reservation [producer]
          process reservation
        send invoice [producer]
          process invoice
    `);
    recorder.verify();
  });
});

describe('a wrong import', () => {
  const both = 'must be the only import of TracingModule, but it is 2. Use TracingTestingModule';
  const alone =
    'must stand beside TracingModule, but it is 0. Import the module of the application';
  const app = TracingModule.forRoot(production);

  it.each([
    ['forRoot beside TracingModule', [app, TracingTestingModule.forRoot()], both],
    ['forRoot before TracingModule', [TracingTestingModule.forRoot(), app], both],
    ['forApplication alone', [TracingTestingModule.forApplication()], alone],
    [
      'two of them',
      [app, TracingTestingModule.forApplication(), TracingTestingModule.forApplication()],
      'TracingTestingModule must be imported once in a test, but it is 2.',
    ],
  ])('of %s says what to do', async (_, imports, message) => {
    const compiled = Test.createTestingModule({ imports }).compile();
    await expect(compiled).rejects.toThrow(TracingConfigError);
    await expect(compiled).rejects.toThrow(message);
  });

  it('beside overridden options says what to do', async () => {
    const compiled = Test.createTestingModule({
      imports: [app, TracingTestingModule.forApplication()],
    })
      .overrideProvider(TRACING_OPTIONS)
      .useValue({})
      .compile();
    await expect(compiled).rejects.toThrow(
      'TRACING_OPTIONS must not be overridden beside TracingTestingModule.forApplication()',
    );
  });
});
