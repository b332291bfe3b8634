import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Controller, Get, type INestApplication, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import {
  HealthCheck,
  type HealthCheckResult,
  HealthCheckService,
  TerminusModule,
} from '@nestjs/terminus';
import {
  OtlpSpanExporter,
  Tracer,
  Tracing,
  TracingHealthIndicator,
  TracingModule,
} from '../../../lib/index.js';
import { Collector } from '../export/collector.js';
import { findRefusingUrl } from '../export/raw-server.js';

@Controller('health')
class HealthController {
  constructor(
    private readonly health: HealthCheckService,
    private readonly tracing: TracingHealthIndicator,
  ) {}

  @Get()
  @HealthCheck()
  check(): Promise<HealthCheckResult> {
    return this.health.check([() => this.tracing.isHealthy('tracing', { failingForMillis: 0 })]);
  }
}

let app: INestApplication;
let collectorUrl: string;
let collector: Collector | undefined;

beforeEach(async () => {
  collectorUrl = await findRefusingUrl();
  await startCollector();
  const exporter = new OtlpSpanExporter({ url: collectorUrl, retry: { maxRetries: 0 } });
  @Module({
    imports: [
      TerminusModule.forRoot({ logger: false }),
      TracingModule.forRoot({
        exporter,
        http: { server: { ignore: ['/health'] } },
        registerGlobally: false,
        logger: { warn() {} },
      }),
    ],
    controllers: [HealthController],
  })
  class AppModule {}
  app = await NestFactory.create(AppModule, { logger: false });
  await app.listen(0, '127.0.0.1');
});

afterEach(async () => {
  await app.close();
  await collector?.stop();
});

async function startCollector(): Promise<void> {
  collector = await Collector.start(undefined, undefined, Number(new URL(collectorUrl).port));
}

/** Has a span delivered, or not. */
async function work(): Promise<void> {
  app.get(Tracer).startSpan('work').end();
  await app.get(Tracing).forceFlush();
}

async function askHealth(): Promise<[number, HealthCheckResult]> {
  const response = await fetch(`${await app.getUrl()}/health`);
  return [response.status, (await response.json()) as HealthCheckResult];
}

describe('a health check of @nestjs/terminus', () => {
  it('fails while the spans do not arrive, and says since when and why', async () => {
    const up = { tracing: { status: 'up', queued: 0, lost: 0, failing: [] } };
    const well = { status: 'ok', info: up, error: {}, details: up };
    expect(await askHealth()).toEqual([200, well]);
    await work();
    expect(await askHealth()).toEqual([200, well]);

    await collector?.stop();
    await work();
    const down = {
      tracing: {
        status: 'down',
        queued: 0,
        lost: 1,
        failing: [
          {
            exporter: 'OtlpSpanExporter',
            since: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
            error: expect.stringContaining('ECONNREFUSED'),
          },
        ],
      },
    };
    expect(await askHealth()).toEqual([
      503,
      { status: 'error', info: {}, error: down, details: down },
    ]);

    await startCollector();
    await work();
    const again = { tracing: { status: 'up', queued: 0, lost: 1, failing: [] } };
    expect(await askHealth()).toEqual([
      200,
      { status: 'ok', info: again, error: {}, details: again },
    ]);
  });
});
