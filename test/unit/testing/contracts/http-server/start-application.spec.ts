import { afterEach, describe, expect, it } from '@jest/globals';
import { ExpressAdapter } from '@nestjs/platform-express';
import {
  ApplicationModule,
  VersionedModule,
} from '../../../../../lib/testing/contracts/http-server/application/application.module.js';
import { BaggageController } from '../../../../../lib/testing/contracts/http-server/application/baggage.controller.js';
import { CaughtExceptions } from '../../../../../lib/testing/contracts/http-server/application/filtered.controller.js';
import {
  BooksController,
  VersionedController,
} from '../../../../../lib/testing/contracts/http-server/application/handler-shapes.js';
import {
  nodeResponseOf,
  OrdersController,
} from '../../../../../lib/testing/contracts/http-server/application/orders.controller.js';
import { ask, json, nextTrace } from '../../../../../lib/testing/contracts/http-server/ask.js';
import {
  openRaw,
  rawRequest,
  sendRaw,
} from '../../../../../lib/testing/contracts/http-server/raw-request.js';
import {
  type StartedApplication,
  type StartOptions,
  startApplication,
} from '../../../../../lib/testing/contracts/http-server/start-application.js';

const platform = { name: 'Express', createAdapter: () => new ExpressAdapter() };
const started: StartedApplication[] = [];

async function start(options?: StartOptions): Promise<StartedApplication> {
  const app = await startApplication(platform, options);
  started.push(app);
  return app;
}

afterEach(async () => {
  for (const { application, recorder } of started.splice(0)) {
    await application.close();
    recorder.verify();
  }
});

describe('startApplication', () => {
  it('starts the application of the contract on a port of its own', async () => {
    const [one, other] = [await start(), await start()];
    expect(one.port).not.toBe(other.port);
    expect(one.application.get(OrdersController).list()).toEqual([]);
    expect(one.application.get(BooksController).find()).toBe('book');
    expect(one.application.get(BaggageController).read()).toEqual({});
    expect(one.application.get(CaughtExceptions).list).toEqual([]);
    expect([...one.warnings, ...other.warnings]).toEqual([]);
  });

  it('starts another module, after it is configured', async () => {
    const { application } = await start({
      module: VersionedModule.with,
      configure: (app) => app.setGlobalPrefix('api'),
    });
    expect(application.get(VersionedController).first()).toBe('version 1');
    expect(() => application.get(OrdersController)).toThrow('OrdersController');
  });

  it('rejects for options that are invalid', async () => {
    const tracing = { serviceName: '' };
    await expect(startApplication(platform, { tracing })).rejects.toThrow('serviceName must be');
  });
});

describe('the requests of the contract', () => {
  it('resolve to the response and the whole trace', async () => {
    const app = await start();
    expect(await ask(app, '/orders', json('{"id":"7"}'))).toEqual({
      status: 201,
      body: '{"id":"7"}',
      trace:
        'POST /orders [server] code.function.name=OrdersController.place http.response.status_code=201\n' +
        '  pipe\n  load order',
    });
  });

  it('can be written by hand, and stay open', async () => {
    const app = await start();
    const answer = await sendRaw(app.port, rawRequest('GET /orders/5', ['X-Other: a']));
    expect(answer).toMatch(/^HTTP\/1.1 200 OK[\s\S]+\{"id":"5"\}$/);
    await app.recorder.takeNextTrace();
    const socket = openRaw(app.port, rawRequest('GET /orders/never/ends'));
    const [chunk] = (await new Promise((resolve) => {
      socket.once('data', (data) => resolve([data]));
    })) as [Buffer];
    expect(String(chunk)).toContain('HTTP/1.1 200');
    socket.destroy();
    expect(await nextTrace(app)).toContain('(event "request aborted")');
  });
});

describe('nodeResponseOf', () => {
  it('is the raw response, or the response itself', () => {
    const raw = {};
    expect(nodeResponseOf({ raw })).toBe(raw);
    expect(nodeResponseOf(raw)).toBe(raw);
  });
});

describe('ApplicationModule', () => {
  it('takes what handlers write to by hand', () => {
    const responseOf = () => ({}) as never;
    const { providers } = ApplicationModule.with({ module: VersionedModule }, responseOf);
    expect(providers).toMatchObject([{ useValue: responseOf }]);
  });
});
