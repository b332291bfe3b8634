import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common';
import { ApplicationConfig } from '@nestjs/core';
import { Test } from '@nestjs/testing';
import type { FastifyInstance } from 'fastify';
import { exceptionObserver } from '../../../lib/nest/exception-observer.js';
import { TracingModule } from '../../../lib/nest/index.js';
import { ApplicationModule } from '../../../lib/testing/contracts/http-server/application/application.module.js';
import { ask, json, nextTrace } from '../../../lib/testing/contracts/http-server/ask.js';
import {
  type StartedApplication,
  type StartOptions,
  startApplication,
} from '../../../lib/testing/contracts/http-server/start-application.js';
import { testTracingOptions } from '../../../lib/testing/index.js';
import { PLATFORMS } from './application/platforms.js';

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

  /** Starts another server that gives requests to the platform of the application, as bridges do. */
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

  it('trace requests that do not come from the application’s server', async () => {
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

  it('are not installed if HTTP servers are not traced', async () => {
    const { application, url } = await start({ tracing: { http: { server: false } } });
    await fetch(`${url}/orders/42`);
    expect(await nextTrace(app)).toBe('load order');
    expect(application.get(ApplicationConfig).getGlobalFilters()).not.toContain(exceptionObserver);
  });

  it('are not installed if tracing is switched off', async () => {
    const { url } = await start({ tracing: { enabled: false } });
    const response = await fetch(`${url}/orders/42`);
    expect(await response.json()).toEqual({ id: '42' });
    expect(app.recorder.openSpans).toEqual([]);
  });

  it('trace neither an ignored request nor its work', async () => {
    const { url } = await start({ tracing: { http: { server: { ignore: ['/orders/42'] } } } });
    expect((await fetch(`${url}/orders/42`)).status).toBe(200);
    expect((await ask(app, '/orders')).trace).toContain('GET /orders ');
  });

  it('keep the name of a span that the application has renamed', async () => {
    const { url } = await start({
      tracing: { http: { server: { onRequest: (span) => span.updateName('my name') } } },
    });
    await fetch(`${url}/orders`);
    const [span] = await app.recorder.takeNextTrace();
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
      'A function of http.server.ignore threw; it does not match: Error: broken function',
      'http.server.onRequest threw: Error: broken function',
    ]);
  });

  it('observe exceptions outside of routes before a filter for all exceptions', async () => {
    await start({
      configure: (application) => application.useGlobalFilters(new AnsweringFilter()),
    });
    const { status, trace } = await ask(app, '/orders', json('{"id":'));
    expect(status).toBe(418);
    expect(trace).toMatch(/http.response.status_code=418 exception (BadRequest|Http)Exception /);
  });

  it('record the configured headers', async () => {
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
    const [span] = await app.recorder.takeNextTrace();
    const etag = response.headers.get('etag');
    expect(
      Object.entries(span?.attributes ?? {}).filter(([key]) => key.includes('header')),
    ).toEqual([
      ['http.request.header.x-tenant', ['one']],
      ['http.response.header.content-type', ['application/json; charset=utf-8']],
      ...(etag === null ? [] : [['http.response.header.etag', [etag]]]),
    ]);
  });

  it('are installed on an adapter that is created after the providers, as in tests of Nest', async () => {
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
