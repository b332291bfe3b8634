import { PassThrough } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { Controller, Get, Inject, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import type { FastifyInstance } from 'fastify';
import { TracingModule } from '../../../lib/nest/index.js';
import { ApplicationModule } from '../../../lib/testing/contracts/http-server/application/application.module.js';
import { ask, json } from '../../../lib/testing/contracts/http-server/ask.js';
import { startApplication } from '../../../lib/testing/contracts/http-server/start-application.js';
import { testTracingOptions, traceAsText } from '../../../lib/testing/index.js';
import { Tracer } from '../../../lib/trace/index.js';
import { PLATFORMS } from './application/platforms.js';

describe('the hooks of HTTP', () => {
  it('enter the context again after a plugin of Fastify has lost it', async () => {
    const [, fastify] = PLATFORMS;
    const app = await startApplication(fastify as (typeof PLATFORMS)[0], {
      configure: (application) => {
        const instance: FastifyInstance = application.getHttpAdapter().getInstance();
        let arrived: (() => void)[] = [];
        // A queue that the next request works off, as pools of old libraries do.
        instance.addHook('preParsing', (_request, _reply, payload, done) => {
          arrived.push(() => done(null, payload.pipe(new PassThrough())));
          if (arrived.length < 2) return;
          for (const goOn of arrived) goOn();
          arrived = [];
        });
      },
    });
    await Promise.all(['1', '2'].map((id) => fetch(`${app.url}/orders`, json(`{"id":"${id}"}`))));
    const spans = await app.recorder.takeNextSpans(6);
    const childrenOf = (id: string): number =>
      spans.filter((span) => span.spanContext().traceId === id).length;
    expect([...new Set(spans.map((span) => span.spanContext().traceId))].map(childrenOf)).toEqual([
      3, 3,
    ]);
    await app.application.close();
    app.recorder.verify();
  });

  it('trace requests on an unknown platform', async () => {
    class UnknownAdapter extends ExpressAdapter {
      override getType(): string {
        return 'unknown';
      }
      override use(...handlers: Parameters<ExpressAdapter['use']>): unknown {
        return super.use(...handlers);
      }
    }
    const app = await startApplication({
      name: 'unknown',
      createAdapter: () => new UnknownAdapter(),
    });
    expect((await ask(app, '/orders/42')).trace).toContain('\n  load order');
    await app.application.close();
    expect(app.warnings).toEqual([]);
    app.recorder.verify();
  });

  it('create one span for a request to a mounted application', async () => {
    const [express] = PLATFORMS;
    const inner = await startApplication(express as (typeof PLATFORMS)[0]);
    const outer = await startApplication(express as (typeof PLATFORMS)[0], {
      configure: (application) =>
        application.use('/inner', inner.application.getHttpAdapter().getInstance()),
    });
    expect((await ask(outer, '/inner/orders')).trace).toBe(
      'GET /inner/orders [server] code.function.name=OrdersController.list http.response.status_code=200',
    );
    await outer.application.close();
    await inner.application.close();
    outer.recorder.verify();
    inner.recorder.verify();
  });

  it('do nothing in an application without an HTTP server', async () => {
    const { options, recorder, warnings } = testTracingOptions();
    const context = await NestFactory.createApplicationContext(
      ApplicationModule.with(TracingModule.forRoot(options)),
      { logger: false, abortOnError: false },
    );
    await context.close();
    expect(warnings).toEqual([]);
    recorder.verify();
  });

  it('show samplers the attributes at the start', async () => {
    const seen: unknown[] = [];
    const [express] = PLATFORMS;
    const app = await startApplication(express as (typeof PLATFORMS)[0], {
      tracing: {
        http: { server: { captureRequestHeaders: ['x-tenant'], trustProxy: true } },
        sampler: {
          shouldSample: (_context, _traceId, name, kind, attributes) => {
            seen.push([name, kind, { ...attributes }]);
            return { decision: 0 };
          },
        },
      },
    });
    await fetch(`${app.url}/orders?sig=secret&full=1`, {
      headers: {
        'x-tenant': 'one',
        'user-agent': 'test',
        forwarded: 'for=192.0.2.1;host=shop.example;proto=https',
      },
    });
    await app.application.close();
    expect(seen).toEqual([
      [
        'GET',
        1,
        {
          'client.address': '192.0.2.1',
          'http.request.header.x-tenant': ['one'],
          'http.request.method': 'GET',
          'network.peer.address': '127.0.0.1',
          'network.peer.port': expect.any(Number),
          'server.address': 'shop.example',
          'server.port': 443,
          'url.path': '/orders',
          'url.query': 'sig=REDACTED&full=1',
          'url.scheme': 'https',
          'network.protocol.version': '1.1',
          'user_agent.original': 'test',
        },
      ],
    ]);
    app.recorder.verify();
  });

  it('add nothing to a trace by default', async () => {
    @Controller()
    class QuietController {
      constructor(@Inject(Tracer) private readonly tracer: Tracer) {}

      @Get()
      get(): string {
        return this.tracer.trace('quiet', () => 'quiet');
      }
    }
    @Module({ controllers: [QuietController] })
    class QuietModule {}
    const [express] = PLATFORMS;
    const app = await startApplication(express as (typeof PLATFORMS)[0], {
      module: (tracing) => ({ module: QuietModule, imports: [tracing] }),
    });
    await fetch(app.url);
    expect(traceAsText(await app.recorder.takeNextTrace(), { attributes: ['http.route'] })).toBe(
      'GET / [server] http.route=/\n  quiet',
    );
    await app.application.close();
    app.recorder.verify();
  });
});
