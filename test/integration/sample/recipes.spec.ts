import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { type INestApplication, type INestApplicationContext, Logger } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Test } from '@nestjs/testing';
import { createTracing, Tracer } from 'nestjs-traced';
import { dedent, SpanRecorder, TracingTestingModule, traceAsText } from 'nestjs-traced/testing';
import { blocksOf } from '../../architecture/pages.js';
import { Collector } from '../export/collector.js';
import { tracing as emails } from './email-processor.js';
import { ROOT } from './repository-copy.js';
import { AppModule } from './scoped-carts.js';

const page = readFileSync(join(ROOT, 'lib/recipes.md'), 'utf8');
const ends: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
  for (const name of Object.keys(process.env)) {
    if (name.startsWith('OTEL_')) delete process.env[name];
  }
  jest.restoreAllMocks();
});

async function startCollector(): Promise<Collector> {
  const collector = await Collector.start();
  ends.push(() => collector.stop());
  return collector;
}

describe('the page of recipes', () => {
  it.each(['collector.yaml', 'tempo.yaml'])('shows sample/17-backends/%s whole', (name) => {
    const file = readFileSync(join(ROOT, 'sample/17-backends', name), 'utf8');
    expect(blocksOf(page, 'yaml')).toContain(file);
  });

  it('has the Jaeger of the sample', () => {
    const compose = readFileSync(join(ROOT, 'sample/17-backends/compose.yaml'), 'utf8');
    const [image = ''] = /jaegertracing\/\S+/.exec(compose) ?? [];
    expect(blocksOf(page, 'sh').join('\n')).toContain(`${image}\n`);
  });
});

describe('the recipe for vendors', () => {
  const [, vendors = ''] = /^## Vendors$([\s\S]*?)^## /m.exec(page) ?? [];
  const settings = blocksOf(vendors, 'sh').map(
    (block) =>
      Object.fromEntries(
        block
          .trim()
          .split('\n')
          .map((line) => line.split(/=(.*)/).slice(0, 2)),
      ) as Record<string, string>,
  );

  it.each([
    ['api.honeycomb.io', { 'x-honeycomb-team': 'YOUR_API_KEY' }, '/v1/traces'],
    ['otlp.nr-data.net', { 'api-key': 'YOUR_LICENSE_KEY' }, '/v1/traces'],
    [
      'otlp-gateway-prod-eu-west-2.grafana.net',
      { authorization: 'Basic YOUR_BASE64' },
      '/otlp/v1/traces',
    ],
    [
      'your_environment.live.dynatrace.com',
      { authorization: 'Api-Token YOUR_TOKEN' },
      '/api/v2/otlp/v1/traces',
    ],
    ['otlp.datadoghq.com', { 'dd-api-key': 'YOUR_API_KEY', compute_stats: 'true' }, '/v1/traces'],
    ['localhost:4318', {}, '/v1/traces'],
    [
      'your_project.ingest.eu-central-1.aws.elastic.cloud',
      { authorization: 'ApiKey YOUR_KEY' },
      '/v1/traces',
    ],
  ])('sends to %s with the headers that it wants', async (host, headers, path) => {
    const collector = await startCollector();
    const found = settings.filter((each) =>
      Object.values(each).some((value) => URL.canParse(value) && new URL(value).host === host),
    );
    expect(found).toHaveLength(1);
    for (const [name, value] of Object.entries(found[0] ?? {})) {
      const url = name.endsWith('ENDPOINT') ? new URL(value) : undefined;
      process.env[name] =
        url === undefined
          ? value
          : new URL(collector.url).origin + url.pathname.replace(/^\/$/, '');
    }

    const tracing = createTracing({ serviceName: 'orders' });
    tracing.tracer.trace('place order', () => {});
    await tracing.shutdown();

    expect(collector.requests).toMatchObject([{ path, headers }]);
    expect(collector.spanNames).toEqual(['place order']);
  });

  it('has a test for each block', () => {
    expect(settings).toHaveLength(7);
  });
});

describe('the recipe for redaction', () => {
  it('changes values by their content before they are exported', async () => {
    const module = await Test.createTestingModule({
      imports: [emails, TracingTestingModule.forApplication()],
    }).compile();
    ends.push(() => module.close());
    module.get(Tracer).trace('send', (span) => {
      span.setAttributes({ note: 'from ada@example.org to b.c+d@example.co.uk', count: 2 });
    });
    const text = traceAsText(module.get(SpanRecorder).takeSpans());
    expect(text).toBe('send count=2 note="from (e-mail) to (e-mail)"');
  });
});

describe('the recipe for serverless functions', () => {
  it('delivers the spans before the answer', async () => {
    const collector = await startCollector();
    process.env.OTEL_EXPORTER_OTLP_ENDPOINT = new URL(collector.url).origin;
    Logger.overrideLogger(false);
    const starts = jest.spyOn(NestFactory, 'createApplicationContext');
    const { handler } = await import('./serverless-handler.js');
    const app = (await starts.mock.results[0]?.value) as INestApplicationContext;
    ends.push(() => app.close());

    expect(await handler({ id: '42' })).toBe('placed 42');
    expect(collector.spanNames).toEqual(['OrdersService.place', 'handle order']);
    expect(await handler({ id: '43' })).toBe('placed 43');
    expect(collector.spanNames).toHaveLength(4);
  });
});

describe('the recipe for request-scoped providers', () => {
  it('keeps the spans of concurrent requests apart', async () => {
    const module = await Test.createTestingModule({
      imports: [AppModule, TracingTestingModule.forApplication()],
    }).compile();
    const app: INestApplication = module.createNestApplication();
    await app.listen(0);
    ends.push(() => app.close());
    const recorder = app.get(SpanRecorder);
    const url = await app.getUrl();

    const answers = await Promise.all(
      [1, 2, 3].map(async (id) => (await fetch(`${url}/carts/${id}`)).text()),
    );
    expect(answers).toEqual(['total of /carts/1', 'total of /carts/2', 'total of /carts/3']);

    const spans = await recorder.takeNextSpans(9);
    const traces = traceAsText(spans, { attributes: ['url.path', 'cart.url'] }).split('\n\n');
    expect(traces.sort().join('\n\n')).toBe(dedent`
      GET /carts/:id [server] url.path=/carts/1
        CartService.total cart.url=/carts/1
          read cart

      GET /carts/:id [server] url.path=/carts/2
        CartService.total cart.url=/carts/2
          read cart

      GET /carts/:id [server] url.path=/carts/3
        CartService.total cart.url=/carts/3
          read cart
    `);
  });
});
