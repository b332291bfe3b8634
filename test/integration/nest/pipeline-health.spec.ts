import { afterEach, describe, expect, it } from '@jest/globals';
import { Injectable, Module, type OnModuleInit } from '@nestjs/common';
import { Test, type TestingModule } from '@nestjs/testing';
import { createNoopMeter, type Meter, metrics, type ObservableCounter } from '@opentelemetry/api';
import {
  InMemorySpanExporter,
  Tracer,
  TracingHealthIndicator,
  TracingModule,
  TracingStatistics,
} from '../../../lib/index.js';

const opened: TestingModule[] = [];

afterEach(async () => {
  for (const module of opened.splice(0)) await module.close();
  metrics.disable();
});

@Injectable()
class ReadinessService {
  constructor(readonly health: TracingHealthIndicator) {}
}

async function boot(settings: object, imports: unknown[] = []): Promise<TestingModule> {
  @Module({
    imports: [
      TracingModule.forRoot({ registerGlobally: false, logger: { warn() {} }, ...settings }),
      ...(imports as []),
    ],
    providers: [ReadinessService],
  })
  class AppModule {}
  const module = await Test.createTestingModule({ imports: [AppModule] }).compile();
  opened.push(module);
  return module.init();
}

describe('an application', () => {
  it('injects the health indicator wherever it is wanted', async () => {
    const exporter = new InMemorySpanExporter();
    const module = await boot({ exporter });
    const { health } = module.get(ReadinessService);
    expect(health.isHealthy()).toMatchObject({ tracing: { status: 'up' } });
    await exporter.shutdown();
    module.get(Tracer).startSpan('refused').end();
    expect(health.isHealthy('tracing', { failingForMillis: 0 })).toMatchObject({
      tracing: { status: 'down', failing: [{ error: 'The exporter is shut down' }] },
    });
  });

  it('lists its open spans where it was asked to', async () => {
    const module = await boot({ exporter: new InMemorySpanExporter(), inFlight: true });
    const span = module.get(Tracer).startSpan('open');
    const [open] = module.get(TracingStatistics).spansInFlight();
    expect(open).toMatchObject({ name: 'open', traceId: span.spanContext().traceId });
    expect(open?.startedAt[0]).toContain('pipeline-health.spec.ts');
    span.end();
  });

  it('is observed by a meter provider that another module registers, until it is closed', async () => {
    const observed = new Set<string>();
    const observable = (name: string): ObservableCounter => ({
      addCallback: () => observed.add(name),
      removeCallback: () => observed.delete(name),
    });
    const meter = Object.assign(Object.create(createNoopMeter()) as Meter, {
      createObservableCounter: observable,
      createObservableUpDownCounter: observable,
    });
    @Module({})
    class MetricsModule implements OnModuleInit {
      onModuleInit(): void {
        metrics.setGlobalMeterProvider({ getMeter: () => meter });
      }
    }
    const module = await boot({ exporter: new InMemorySpanExporter() }, [MetricsModule]);
    expect(observed).toContain('otel.sdk.span.started');
    expect(observed).toContain('otel.sdk.processor.span.queue.size');
    opened.pop();
    await module.close();
    expect(observed.size).toBe(0);
  });
});
