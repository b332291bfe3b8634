import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PassThrough } from 'node:stream';
import { afterEach, describe, expect, it } from '@jest/globals';
import {
  type ArgumentsHost,
  Catch,
  Controller,
  type ExceptionFilter,
  Get,
  Inject,
  Module,
} from '@nestjs/common';
import { ApplicationConfig, NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { Test } from '@nestjs/testing';
import type { FastifyInstance } from 'fastify';
import { exceptionObserver } from '../../../lib/nest/http/exception-observer.js';
import { TracingModule } from '../../../lib/nest/index.js';
import { testTracingOptions, traceAsText } from '../../../lib/testing/index.js';
import { Tracer } from '../../../lib/trace/index.js';
import { ApplicationModule } from './application/application.module.js';
import { ask, json, nextTrace } from './application/ask.js';
import { PLATFORMS } from './application/platforms.js';
import {
  type StartedApplication,
  type StartOptions,
  startApplication,
} from './application/start-application.js';

@Catch()
class AnsweringFilter implements ExceptionFilter {
  catch(_exception: unknown, host: ArgumentsHost): void {
    const response = host.switchToHttp().getResponse<{
      status(code: number): { send(body: string): void };
    }>();
    response.status(418).send('answered');
  }
}

describe.each(PLATFORMS)('the hooks on $name', (platform) => {
  let app: StartedApplication;
  let other: Server | undefined;

  const start = async (options?: StartOptions): Promise<StartedApplication> => {
    app = await startApplication(platform, options);
    return app;
  };

  /** A server that is not the application's own hands requests to its platform, as bridges do. */
  const startPastServer = async (): Promise<string> => {
    const instance = app.application.getHttpAdapter().getInstance();
    const listener: RequestListener =
      platform.name === 'Fastify' ? (instance as FastifyInstance).routing : instance;
    other = createServer(listener).listen(0, '127.0.0.1');
    await new Promise((resolve) => other?.once('listening', resolve));
    return `http://127.0.0.1:${(other.address() as AddressInfo).port}`;
  };

  afterEach(async () => {
    await new Promise((resolve) => (other === undefined ? resolve(0) : other.close(resolve)));
    other = undefined;
    await app.application.close();
    app.recorder.verify();
  });

  it('see requests that come past the application’s server', async () => {
    await start();
    const url = await startPastServer();
    const { body, trace } = await ask({ ...app, url }, '/orders', json('{"id":"7"}'));
    expect(body).toBe('{"id":"7"}');
    expect(trace).toBe(
      'POST /orders [server] code.function.name=OrdersController.place http.response.status_code=201\n' +
        '  pipe\n' +
        '  load order',
    );
    expect(app.warnings).toEqual([]);
  });

  it('do nothing when the application has closed', async () => {
    const { application } = await start();
    const url = await startPastServer();
    const server = application.getHttpServer();
    const config = application.get(ApplicationConfig);
    expect(config.getGlobalFilters()).toContain(exceptionObserver);
    await application.close();
    await fetch(`${url}/orders`).then((response) => response.text());
    expect(app.recorder.openSpans).toEqual([]);
    expect(Object.hasOwn(server, 'emit')).toBe(false);
    expect(config.getGlobalFilters()).not.toContain(exceptionObserver);
  });

  it('are not there where HTTP servers are not traced', async () => {
    const { application, url } = await start({ tracing: { http: { server: false } } });
    await fetch(`${url}/orders/42`);
    expect(await nextTrace(app)).toBe('load order');
    expect(application.get(ApplicationConfig).getGlobalFilters()).not.toContain(exceptionObserver);
  });

  it('are not there where tracing is switched off', async () => {
    const { url } = await start({ tracing: { enabled: false } });
    const response = await fetch(`${url}/orders/42`);
    expect(await response.json()).toEqual({ id: '42' });
    expect(app.recorder.openSpans).toEqual([]);
  });

  it('trace nothing of an ignored request, not even what it causes', async () => {
    const { url } = await start({ tracing: { http: { server: { ignore: ['/orders/42'] } } } });
    expect((await fetch(`${url}/orders/42`)).status).toBe(200);
    expect((await ask(app, '/orders')).trace).toContain('GET /orders ');
  });

  it('leave the name of a span that the application has renamed', async () => {
    const { url } = await start({
      tracing: { http: { server: { onRequest: (span) => span.updateName('my name') } } },
    });
    await fetch(`${url}/orders`);
    const [span] = await app.recorder.waitForTrace();
    expect([span?.name, span?.attributes['http.route']]).toEqual(['my name', '/orders']);
  });

  it('report functions of the user that throw, and answer the request', async () => {
    const fail = (): never => {
      throw new Error('broken function');
    };
    const { url } = await start({
      tracing: { http: { server: { ignore: [fail], onRequest: fail } } },
    });
    expect((await fetch(`${url}/orders`)).status).toBe(200);
    expect(await nextTrace(app)).toContain('GET /orders [server]');
    expect(app.warnings).toEqual([
      'A function of http.server.ignore threw; it ignores nothing: Error: broken function',
      'http.server.onRequest threw: Error: broken function',
    ]);
  });

  it('hear of exceptions outside of routes before a filter for all takes them', async () => {
    await start({
      configure: (application) => application.useGlobalFilters(new AnsweringFilter()),
    });
    const { status, trace } = await ask(app, '/orders', json('{"id":'));
    expect(status).toBe(418);
    expect(trace).toMatch(/http.response.status_code=418 exception (BadRequest|Http)Exception /);
  });

  it('record headers that were asked for', async () => {
    const { url } = await start({
      tracing: {
        http: {
          server: {
            captureRequestHeaders: ['X-Tenant', 'X-Missing'],
            captureResponseHeaders: ['Content-Type', 'ETag', 'X-Missing'],
          },
        },
      },
    });
    const response = await fetch(`${url}/orders`, { headers: { 'x-tenant': 'one' } });
    const [span] = await app.recorder.waitForTrace();
    const etag = response.headers.get('etag');
    expect(
      Object.entries(span?.attributes ?? {}).filter(([key]) => key.includes('header')),
    ).toEqual([
      ['http.request.header.x-tenant', ['one']],
      ['http.response.header.content-type', ['application/json; charset=utf-8']],
      ...(etag === null ? [] : [['http.response.header.etag', [etag]]]),
    ]);
  });

  it('are hung on an adapter that comes after the providers, as in tests of Nest', async () => {
    const { options, recorder, warnings } = testTracingOptions();
    const module = await Test.createTestingModule({
      imports: [ApplicationModule.with(TracingModule.forRoot(options))],
    }).compile();
    const application = module.createNestApplication(platform.createAdapter(), { logger: false });
    await application.listen(0, '127.0.0.1');
    const { port } = application.getHttpServer().address() as AddressInfo;
    app = { application, recorder, warnings, port, url: `http://127.0.0.1:${port}` };
    expect((await ask(app, '/orders', json('{"id":"7"}'))).trace).toContain('\n  pipe\n');
    expect((await ask(app, '/orders/fails/sync')).trace).toContain('exception StockError');
    expect(app.warnings).toEqual([]);
  });
});

describe('the hooks', () => {
  it('enter the context again where a plugin of Fastify has lost it', async () => {
    const [, fastify] = PLATFORMS;
    const app = await startApplication(fastify as (typeof PLATFORMS)[0], {
      configure: (application) => {
        const instance: FastifyInstance = application.getHttpAdapter().getInstance();
        let arrived: (() => void)[] = [];
        // A queue that is worked off by whoever comes next, as pools of old libraries do.
        instance.addHook('preParsing', (_request, _reply, payload, done) => {
          arrived.push(() => done(null, payload.pipe(new PassThrough())));
          if (arrived.length < 2) return;
          for (const goOn of arrived) goOn();
          arrived = [];
        });
      },
    });
    await Promise.all(['1', '2'].map((id) => fetch(`${app.url}/orders`, json(`{"id":"${id}"}`))));
    const spans = await app.recorder.waitForSpans(6);
    const childrenOf = (id: string): number =>
      spans.filter((span) => span.spanContext().traceId === id).length;
    expect([...new Set(spans.map((span) => span.spanContext().traceId))].map(childrenOf)).toEqual([
      3, 3,
    ]);
    await app.application.close();
    app.recorder.verify();
  });

  it('see requests on a platform that nothing is known of', async () => {
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

  it('give a request one span where an application is mounted in another', async () => {
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

  it('do nothing in an application that serves no HTTP', async () => {
    const { options, recorder, warnings } = testTracingOptions();
    const context = await NestFactory.createApplicationContext(
      ApplicationModule.with(TracingModule.forRoot(options)),
      { logger: false, abortOnError: false },
    );
    await context.close();
    expect(warnings).toEqual([]);
    recorder.verify();
  });

  it('show a sampler what is known at the start', async () => {
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
          'http.request.method_original': undefined,
          'server.address': 'shop.example',
          'server.port': 443,
          'url.path': '/orders',
          'url.query': 'sig=REDACTED&full=1',
          'url.scheme': 'https',
          'user_agent.original': 'test',
        },
      ],
    ]);
    app.recorder.verify();
  });

  it('leave what an application does when nothing was asked for to itself', async () => {
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
    expect(traceAsText(await app.recorder.waitForTrace(), { attributes: ['http.route'] })).toBe(
      'GET / [server] http.route=/\n  quiet',
    );
    await app.application.close();
    app.recorder.verify();
  });
});
