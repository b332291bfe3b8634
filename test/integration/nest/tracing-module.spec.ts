import { afterEach, describe, expect, it } from '@jest/globals';
import { Inject, Injectable, Module, type ModuleMetadata } from '@nestjs/common';
import { Test, type TestingModule } from '@nestjs/testing';
import type { Context } from '@opentelemetry/api';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  CLOCK,
  type Clock,
  ID_GENERATOR,
  InMemorySpanExporter,
  PROPAGATOR,
  type ReadableSpan,
  SAMPLER,
  type Sampler,
  SPAN_EXPORTER,
  SPAN_PROCESSORS,
  type SpanProcessor,
  SystemClock,
  Traced,
  Tracer,
  TracingConfigError,
  TracingModule,
  type TracingOptions,
  TracingStatistics,
  W3CTraceContextPropagator,
} from 'nestjs-traced';
import { SequentialIdGenerator, SteadyClock, testTracingOptions } from 'nestjs-traced/testing';

const opened: TestingModule[] = [];

async function boot(metadata: ModuleMetadata): Promise<TestingModule> {
  const module = await Test.createTestingModule(metadata).compile();
  opened.push(module);
  await module.init();
  return module;
}

afterEach(async () => {
  for (const module of opened.splice(0)) await module.close();
});

const quiet: TracingOptions = { registerGlobally: false, exporter: new InMemorySpanExporter() };

@Injectable()
class Orders {
  constructor(@Inject(Tracer) readonly tracer: Tracer) {}

  @Traced()
  async place(): Promise<string> {
    return this.tracer.trace('reserve stock', async () => 'placed');
  }
}

describe('TracingModule.forRoot', () => {
  it('traces decorated methods and what they open themselves', async () => {
    const { options, recorder } = testTracingOptions();
    const app = await boot({ imports: [TracingModule.forRoot(options)], providers: [Orders] });

    await expect(app.get(Orders).place()).resolves.toBe('placed');

    const [inner, outer] = recorder.takeSpans();
    expect([inner?.name, outer?.name]).toEqual(['reserve stock', 'Orders.place']);
    expect(inner?.parentSpanContext?.spanId).toBe(outer?.spanContext().spanId);
    recorder.verify();
  });

  it('is global unless told otherwise', async () => {
    @Module({ providers: [Orders] })
    class OrdersModule {}
    const isGlobal = (value?: boolean) =>
      Test.createTestingModule({
        imports: [OrdersModule, TracingModule.forRoot({ ...quiet, isGlobal: value })],
      }).compile();

    opened.push(await isGlobal());
    await expect(isGlobal(false)).rejects.toThrow(/Tracer/);
  });

  it('refuses to be imported twice', async () => {
    const twice = Test.createTestingModule({
      imports: [
        TracingModule.forRoot({ ...quiet, serviceName: 'a' }),
        TracingModule.forRoot({ ...quiet, serviceName: 'b' }),
      ],
    }).compile();
    await expect(twice).rejects.toThrow(TracingConfigError);
    await expect(twice).rejects.toThrow(/imported once.*Keep the import in the root module/);
  });

  class Limits {
    readonly sampler = new AlwaysOffSampler();
  }
  @Module({ providers: [Limits], exports: [Limits] })
  class LimitsModule {}

  class RefusingSampler extends AlwaysOffSampler {}

  const forms: [string, TracingOptions['sampler'], typeof AlwaysOffSampler][] = [
    ['an instance', new AlwaysOffSampler(), AlwaysOffSampler],
    ['a class', RefusingSampler, RefusingSampler],
    ['useValue', { useValue: new RefusingSampler() }, RefusingSampler],
    ['useClass', { useClass: RefusingSampler }, RefusingSampler],
    [
      'useFactory with inject',
      { useFactory: (limits: Limits) => limits.sampler, inject: [Limits] },
      AlwaysOffSampler,
    ],
    [
      'an asynchronous useFactory',
      { useFactory: async () => new RefusingSampler() },
      RefusingSampler,
    ],
  ];

  it.each(forms)('takes a part as %s', async (_, sampler, expected) => {
    const app = await boot({
      imports: [TracingModule.forRoot({ ...quiet, sampler, imports: [LimitsModule] })],
    });
    expect(app.get(SAMPLER)).toBeInstanceOf(expected);
    expect(app.get(Tracer).startSpan('x').isRecording()).toBe(false);
  });

  it('takes a part as useExisting', async () => {
    const MINE = Symbol('mine');
    @Module({
      providers: [{ provide: MINE, useFactory: async () => new RefusingSampler() }],
      exports: [MINE],
    })
    class MineModule {}
    const app = await boot({
      imports: [
        TracingModule.forRoot({ ...quiet, sampler: { useExisting: MINE }, imports: [MineModule] }),
      ],
    });
    expect(app.get(SAMPLER)).toBe(app.get(MINE, { strict: false }));
  });

  it('takes propagators by name', async () => {
    const app = await boot({
      imports: [TracingModule.forRoot({ ...quiet, propagator: ['b3', 'baggage'] })],
    });
    expect(app.get(Tracer).propagator.fields()).toEqual(['b3', 'baggage']);
  });

  const wrongParts: [string, TracingOptions, RegExp][] = [
    ['sampler', { sampler: {} as Sampler }, /sampler must have the method shouldSample/],
    ['propagator', { propagator: 5 as never }, /propagator must have the methods inject/],
    ['propagator’s name', { propagator: 'b4' as 'b3' }, /propagator must be .* it is "b4"/],
    ['exporter', { exporter: { export() {} } as never }, /^exporter .*\(missing: shutdown\)/],
    ['span processor', { spanProcessors: [{} as SpanProcessor] }, /SPAN_PROCESSORS\[1\]/],
    ['span processors', { spanProcessors: {} as never }, /spanProcessors must be an array/],
    ['clock', { clock: {} as Clock }, /clock must have the methods now, originEpochMillis/],
    ['id generator', { idGenerator: {} as never }, /idGenerator must have/],
    ['service name', { serviceName: ' ' }, /serviceName must be a non-empty string/],
    ['span limit', { spanLimits: { linkCountLimit: -1 } }, /spanLimits.linkCountLimit/],
    ['shutdown timeout', { shutdownTimeoutMillis: Number.NaN }, /shutdownTimeoutMillis.*NaN/],
    ['batch size', { exporter: deaf(), batch: { maxExportBatchSize: -1 } }, /maxExportBatchSize/],
  ];

  it.each(wrongParts)('does not start with a wrong %s', async (_, options, message) => {
    const module = Test.createTestingModule({
      imports: [TracingModule.forRoot({ ...quiet, ...options })],
    }).compile();
    await expect(module).rejects.toThrow(TracingConfigError);
    await expect(module).rejects.toThrow(message);
  });
});

describe('TracingModule.forRootAsync', () => {
  class Settings {
    readonly serviceName = 'from settings';
    createTracingOptions(): TracingOptions {
      return { ...quiet, serviceName: this.serviceName };
    }
  }
  @Module({ providers: [Settings], exports: [Settings] })
  class SettingsModule {}

  const ways: [string, Parameters<typeof TracingModule.forRootAsync>[0]][] = [
    [
      'useFactory',
      {
        imports: [SettingsModule],
        inject: [Settings],
        useFactory: async (settings: Settings) => settings.createTracingOptions(),
      },
    ],
    ['useClass', { useClass: Settings }],
    ['useExisting', { imports: [SettingsModule], useExisting: Settings }],
  ];

  it.each(ways)('takes its options from %s', async (_, options) => {
    const app = await boot({ imports: [TracingModule.forRootAsync(options)] });
    const { resource } = app.get(Tracer).core;
    expect(resource.attributes['service.name']).toBe('from settings');
  });

  it('refuses none and several ways', () => {
    expect(() => TracingModule.forRootAsync({})).toThrow(/exactly one of useFactory/);
    const both = { useFactory: () => quiet, useClass: Settings };
    expect(() => TracingModule.forRootAsync(both)).toThrow(TracingConfigError);
  });
});

describe('overrideProvider', () => {
  const parts: [string, symbol, unknown][] = [
    ['SAMPLER', SAMPLER, new AlwaysOnSampler()],
    ['PROPAGATOR', PROPAGATOR, new W3CTraceContextPropagator()],
    ['SPAN_EXPORTER', SPAN_EXPORTER, new InMemorySpanExporter()],
    ['SPAN_PROCESSORS', SPAN_PROCESSORS, []],
    ['ID_GENERATOR', ID_GENERATOR, new SequentialIdGenerator()],
    ['CLOCK', CLOCK, new SteadyClock()],
  ];

  it.each(parts)('changes %s and no other part', async (_, token, replacement) => {
    const given = {
      sampler: new AlwaysOffSampler(),
      propagator: new W3CTraceContextPropagator(),
      exporter: new InMemorySpanExporter(),
      idGenerator: new SequentialIdGenerator(),
      clock: new SystemClock(),
    };
    const module = await Test.createTestingModule({
      imports: [TracingModule.forRoot({ registerGlobally: false, ...given })],
    })
      .overrideProvider(token)
      .useValue(replacement)
      .compile();
    opened.push(module);

    expect(module.get(token)).toBe(replacement);
    const others: [symbol, unknown][] = [
      [SAMPLER, given.sampler],
      [PROPAGATOR, given.propagator],
      [SPAN_EXPORTER, given.exporter],
      [ID_GENERATOR, given.idGenerator],
      [CLOCK, given.clock],
    ];
    for (const [other, part] of others) {
      if (other !== token) expect(module.get(other)).toBe(part);
    }
    expect(() => module.get(Tracer).startSpan('works').end()).not.toThrow();
  });

  it('of the exporter sends the spans there', async () => {
    const exporter = new InMemorySpanExporter();
    const module = await Test.createTestingModule({
      imports: [TracingModule.forRoot({ registerGlobally: false, exporter: deaf() })],
    })
      .overrideProvider(SPAN_EXPORTER)
      .useValue(exporter)
      .compile();
    opened.push(module);
    module.get(Tracer).trace('kept', () => undefined);
    expect(exporter.getFinishedSpans().map(({ name }: ReadableSpan) => name)).toEqual(['kept']);
  });
});

describe('a running application', () => {
  it('delivers on close what has ended, and counts it', async () => {
    const exporter = new InMemorySpanExporter();
    const module = await boot({ imports: [TracingModule.forRoot({ ...quiet, exporter })] });
    const statistics = module.get(TracingStatistics);
    const tracer = module.get(Tracer);
    tracer.trace('one', () => undefined);
    const open = tracer.startSpan('two');
    expect(statistics.counts()).toMatchObject({ started: 2, ended: 1, live: 1, lost: 0 });
    await module.close();
    opened.pop();
    open.end();
    expect(statistics.counts()).toMatchObject({
      started: 2,
      live: 0,
      lost: 1,
      pipelines: [{ exported: 1, dropped: { after_shutdown: 1 }, queued: 0, failed: 0 }],
    });
  });

  it('does not close later than its shutdown timeout when the exporter hangs', async () => {
    const warnings: string[] = [];
    const module = await boot({
      imports: [
        TracingModule.forRoot({
          registerGlobally: false,
          exporter: deaf(),
          shutdownTimeoutMillis: 50,
          logger: { warn: (message) => warnings.push(message) },
        }),
      ],
    });
    const statistics = module.get(TracingStatistics);
    module.get(Tracer).startSpan('never delivered').end();
    await module.close();
    opened.pop();
    expect(statistics.counts().lost).toBe(1);
    expect(warnings.join('\n')).toMatch(/could not deliver 1 span/);
  });

  it('survives parts that throw, and says so once', async () => {
    const warnings: string[] = [];
    const fail = (): never => {
      throw new Error('broken part');
    };
    const seen: string[] = [];
    const module = await boot({
      imports: [
        TracingModule.forRoot({
          registerGlobally: false,
          sampler: { shouldSample: fail, toString: () => 'broken' },
          propagator: { inject: fail, extract: fail, fields: () => [] },
          idGenerator: { generateTraceId: fail, generateSpanId: fail },
          clock: { now: fail, originEpochMillis: fail },
          spanProcessors: [
            { onStart: fail, onEnd: fail, forceFlush: fail, shutdown: fail },
            recordNames(seen),
          ],
          logger: { warn: (message) => warnings.push(message) },
        }),
      ],
    });
    const tracer = module.get(Tracer);
    for (let i = 0; i < 5; i++) expect(tracer.trace('x', () => i)).toBe(i);
    expect(() => tracer.propagator.inject({} as Context, {}, { set() {} })).not.toThrow();
    expect(seen).toEqual([]);
    expect(warnings.filter((warning) => /sampler threw/.test(warning))).toHaveLength(1);
  });

  it('is switched off by enabled: false', async () => {
    const seen: string[] = [];
    const module = await boot({
      imports: [TracingModule.forRoot({ enabled: false, spanProcessors: [recordNames(seen)] })],
      providers: [Orders],
    });
    await expect(module.get(Orders).place()).resolves.toBe('placed');
    expect(seen).toEqual([]);
  });

  it('keeps its spans apart from those of another application in the process', async () => {
    const first = testTracingOptions();
    const second = testTracingOptions();
    const one = await boot({
      imports: [TracingModule.forRoot(first.options)],
      providers: [Orders],
    });
    const two = await boot({
      imports: [TracingModule.forRoot(second.options)],
      providers: [Orders],
    });

    await Promise.all([one.get(Orders).place(), two.get(Orders).place(), one.get(Orders).place()]);

    expect(first.recorder.takeSpans()).toHaveLength(4);
    expect(second.recorder.takeSpans()).toHaveLength(2);
  });
});

/** An exporter that never calls back. */
function deaf() {
  return { export() {}, shutdown: async () => {} };
}

function recordNames(names: string[]): SpanProcessor {
  return {
    onStart() {},
    onEnd: ({ name }) => names.push(name),
    forceFlush: async () => {},
    shutdown: async () => {},
  };
}
